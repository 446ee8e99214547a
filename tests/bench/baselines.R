# baselines.R - what R's forecast package makes of the single series, from the origins of bench_forecast.
#
# usage: Rscript baselines.R [DATA [OUT]]     DATA: ../shared/data, OUT: build/baselines.csv
#
# For each series of DATA/univariate/index.csv, the last origin and the two before it, a horizon apart:
# auto.arima() and ets() with their defaults. Days of a week of seven are put on a full calendar. Weeks are too long a season for either: Fourier terms (K = 3)
# and stlf() there. Long series are cut to their last 1008 hours, 1500 days, 2000 weeks or 1200 months; gaps
# are filled by na.interp(), and not scored. MASE with the in-sample seasonal naive error over all that
# lies before the origin. Needs r-cran-forecast; takes about a minute.
suppressMessages(library(forecast))

args <- commandArgs(TRUE)
data <- if (length(args) > 0) args[1] else "../shared/data"
out <- if (length(args) > 1) args[2] else "build/baselines.csv"
longest <- function(m) switch(as.character(m), "24" = 1008, "5" = 1500, "7" = 1500, "52" = 2000, 1200)

arima_forecast <- function(x, h, m) {
  if (m != 52) return(forecast(auto.arima(x), h = h)$mean)
  fit <- auto.arima(x, xreg = fourier(x, K = 3), seasonal = FALSE)
  forecast(fit, xreg = fourier(x, K = 3, h = h), h = h)$mean
}
ets_forecast <- function(x, h, m) if (m == 52) stlf(x, h = h)$mean else forecast(ets(x), h = h)$mean

rows <- NULL
index <- read.csv(file.path(data, "univariate", "index.csv"))
for (i in seq_len(nrow(index))) {
  file <- index$file[i]; m <- index$m[i]; h <- index$h[i]
  table <- read.csv(file.path(data, "univariate", file))
  v <- table[, 2]
  if (m == 7) {
    day <- as.Date(table[, 1])
    v <- v[match(seq(day[1], day[length(day)], by = "day"), day)]
  }
  for (back in c(0, h, 2 * h)) {
    n <- length(v) - back
    past <- v[1:(n - h)]; truth <- v[(n - h + 1):n]
    filled <- as.numeric(na.interp(ts(past, frequency = m)))
    x <- ts(tail(filled, longest(m)), frequency = m)
    scale <- mean(abs(diff(past, lag = m)), na.rm = TRUE)
    mase <- function(f) mean(abs(truth - as.numeric(f)), na.rm = TRUE) / scale
    rows <- rbind(rows, data.frame(series = sub(".csv", "", file, fixed = TRUE), back = back,
                                   auto.arima = mase(arima_forecast(x, h, m)), ets = mase(ets_forecast(x, h, m))))
    print(tail(rows, 1), row.names = FALSE)
  }
}
write.csv(rows, out, quote = FALSE, row.names = FALSE)
