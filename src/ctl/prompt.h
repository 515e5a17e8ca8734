#ifndef SCEPGATE_CTL_PROMPT_H
#define SCEPGATE_CTL_PROMPT_H

/*
 * Questions to the person at the terminal, and secrets. Questions go to standard error and answers come from standard input, so standard
 * output stays data. Nothing here ever waits when standard input is no terminal, but for a secret that was asked from standard input by
 * name ("-"). A secret is never an argument of a command.
 */

#include <stdbool.h>

#include "base/bytes.h"
#include "base/why.h"

enum { PROMPT_MAX_LEN = 4096 };

/** Is there somebody to ask? */
bool prompt_is_possible(void);

/**
 * Ask a yes-or-no question. @param fallback in: what an empty answer means. @return false also for any other answer, and when there is
 * nobody to ask.
 */
bool prompt_confirm(const char *question, bool fallback);

/**
 * Ask for a line.
 *
 * @param fallback in: the answer to an empty line, shown in brackets; with NULL the question comes again. @param answer out: appended.
 * @return ERR_OK; ERR_USAGE when there is nobody to ask or the input ended.
 */
enum err prompt_line(const char *question, const char *fallback, struct buf *answer, struct why *why);

/**
 * Read a secret: one line, without its newline.
 *
 * @param file     in: the file that holds it; "-" for standard input; NULL asks for it twice with the echo off.
 * @param question in: what to ask.
 * @param secret   out: appended, at most PROMPT_MAX_LEN bytes.
 * @return ERR_OK; ERR_IO; ERR_VALUE when it is empty, too long, of several lines, or the two answers differ; ERR_USAGE when there is nobody
 *         to ask.
 */
enum err prompt_secret(const char *file, const char *question, struct buf *secret, struct why *why);

#endif
