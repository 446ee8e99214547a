# UDPipe's REST service as users of R call it, by httr (r-cran-httr): the results become data frames
# of tokens, as those of the package udpipe are. usage: Rscript udpipe.R URL
library(httr)

url <- commandArgs(trailingOnly = TRUE)[1]
calls <- 0
json <- function(answer, status = 200) {
  calls <<- calls + 1
  if (status_code(answer) != status) stop(status_code(answer), ": ", content(answer, "text"))
  content(answer)
}

# A tagger, by the API.
words <- upload_file("config/examples/tutorial.json", type = "application/json")
invisible(PUT(paste0(url, "/v1/datasets/r-words"), body = words))
job <- json(POST(paste0(url, "/v1/jobs"), encode = "json",
                 body = list(task = "tag", dataset = "r-words", model = "r-tagger",
                             recipe = "tutorial-tagger")), 202)
job <- json(GET(paste0(url, "/v1/jobs/", job$id), query = list(wait = 120)))
stopifnot(job$state == "succeeded")

# Rows of CoNLL-U as a data frame.
tokens <- function(answer) {
  lines <- strsplit(answer$result, "\n", fixed = TRUE)[[1]]
  lines <- grep("^[0-9]", lines, value = TRUE)
  read.delim(text = lines, header = FALSE, quote = "", stringsAsFactors = FALSE,
             col.names = c("token_id", "token", "lemma", "upos", "xpos", "feats",
                           "head_token_id", "dep_rel", "deps", "misc"))
}
expect <- function(answer) {
  answer <- json(answer)
  stopifnot(answer$model == "r-tagger", "acknowledgements" %in% names(answer))
  rows <- tokens(answer)
  stopifnot(identical(rows$token, c("The", "dog", "ate", "the", "apple")),
            identical(rows$upos, c("DET", "NN", "V", "DET", "NN")))
}

process <- paste0(url, "/process")
asked <- list(model = "r-tagger", tokenizer = "", tagger = "", parser = "",
              data = "The dog ate the apple")
models <- json(GET(paste0(url, "/models")))
stopifnot("r-tagger" %in% names(models$models))
expect(GET(process, query = asked))
expect(POST(process, body = asked, encode = "form"))
expect(POST(process, body = asked, encode = "multipart"))
file <- tempfile(fileext = ".txt")
writeLines(asked$data, file)
expect(POST(process, body = c(asked[-5], list(data = upload_file(file)))))
unknown <- POST(process, body = list(model = "none", data = "x", tokenizer = ""), encode = "form")
calls <- calls + 1
stopifnot(http_error(unknown), http_type(unknown) == "text/plain")
invisible(DELETE(paste0(url, "/v1/models/r-tagger")))
cat("udpipe.R:", calls, "calls passed, 0 failed\n")
