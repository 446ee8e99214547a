# prophet.R - what Prophet makes of the origins of bench_calendar.
#
# usage: Rscript prophet.R [CSV [OUT]]     CSV: tests/data/births.csv, OUT: build/prophet.csv
#
# 40 origins, 73 days apart; the four years before each; yearly and weekly seasons that multiply, the
# holidays of the United States. MASE over 28 days with the in-sample error of the week before. Needs
# r-cran-prophet; takes a minute.
suppressMessages(library(prophet))

args <- commandArgs(TRUE)
csv <- if (length(args) > 0) args[1] else "tests/data/births.csv"
out <- if (length(args) > 1) args[2] else "build/prophet.csv"
all <- read.csv(csv)
names(all) <- c("ds", "y")
all$ds <- as.Date(all$ds)

rows <- NULL
for (back in 73 * 0:39) {
  end <- nrow(all) - back
  n <- floor(4 * 365.25)
  if (end - n - 28 < 0) break
  past <- all[(end - n - 27):(end - 28), ]
  truth <- all[(end - 27):end, ]
  m <- prophet(yearly.seasonality = TRUE, weekly.seasonality = TRUE, daily.seasonality = FALSE,
               seasonality.mode = "multiplicative")
  m <- suppressMessages(fit.prophet(add_country_holidays(m, "US"), past))
  f <- predict(m, truth["ds"])$yhat
  rows <- rbind(rows, data.frame(back = back, mase = mean(abs(f - truth$y)) / mean(abs(diff(past$y, lag = 7)))))
}
write.csv(rows, out, quote = FALSE, row.names = FALSE)
