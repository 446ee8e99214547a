# lstmd as a container: docker build -t lstmd . && docker run -p 8080:8080 -v lstmd:/data lstmd
# At its first start it makes an API key, prints it once (docker logs) and keeps it in /data/api_key. A key of your own:
# -e LSTMD_API_KEY=... or -e LSTMD_API_KEY_FILE=/run/secrets/...; none: -e LSTMD_INSECURE=true.
# Runs with a read-only root and without capabilities: --read-only --cap-drop ALL. Everything that lasts is in /data.

FROM debian:trixie-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc make pkg-config libc6-dev libmicrohttpd-dev libgnutls28-dev libcjson-dev \
    libsqlite3-dev libpq-dev libcurl4-openssl-dev libinih-dev libunistring-dev nettle-dev zlib1g-dev libpcre2-dev libjs-dygraphs \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY Makefile ./
COPY include include
COPY core core
COPY migrations migrations
COPY config config
COPY server server
RUN make -j"$(nproc)" all && strip build/lstmd

FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libmicrohttpd12t64 libgnutls30t64 libcjson1 libsqlite3-0 libpq5 libcurl4t64 libinih1 \
    libunistring5 libnettle8t64 zlib1g libpcre2-8-0 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* \
 && install -d -o 10001 -g 10001 -m 750 /data
COPY --from=build /src/build/lstmd /usr/local/bin/lstmd
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV LSTMD_LISTEN=0.0.0.0:8080 LSTMD_DATABASE=/data/lstmd.db \
    LSTMD_API_KEY_FILE=/data/api_key LSTMD_API_KEY_GENERATE=true
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["lstmd", "healthcheck"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["lstmd"]
CMD ["serve"]
