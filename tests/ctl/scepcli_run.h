#ifndef SCEPGATE_TESTS_CTL_SCEPCLI_RUN_H
#define SCEPGATE_TESTS_CTL_SCEPCLI_RUN_H

/* Running scepcli inside a test, at SCEP_STUB_NOW_UTC, in a folder of the case's own, against a server of tests/ctl/scep_stub.h. Pauses between polls take no time. */

#include <stdio.h>

#include "ctl/scep_stub.h"
#include "pki/csr.h"
#include "support/unit.h"

enum { RUN_PATH_SIZE = 128 };

/** Where the case works, what the last run printed (terminated), and how long its pauses would have been. */
struct run_world {
	char folder[RUN_PATH_SIZE];
	struct buf out, err;
	unsigned paused_s;
};
extern struct run_world world;

/** Make the folder, the stub's certificates, and device.key. Aborts when that fails. */
void run_begin(struct scep_stub *stub);
void run_end(struct scep_stub *stub);

/** The path of a file in the folder of the case; from a ring of 8. */
const char *at(const char *name);

/** Copy a file of tests/vectors into the folder. */
void run_put_vector(const char *vector, const char *name);

/** Run scepcli with these words, which end with NULL. @return its exit status. */
int run_words(const char *const *words);
#define RUN(...) run_words((const char *const[]){ __VA_ARGS__, NULL })

/** Read a PEM certificate of the folder; free with cert_free(). */
struct cert *run_read_cert(const char *name);

/** What the message in this file says, opened with the RA's key; free both. */
struct csr *run_open_request(const struct scep_stub *stub, const char *name, struct scep_message **message);

bool run_says(const struct buf *text, const char *words);

/** Assert, and show what was said when it is not so. */
#define SAYS(text, words) do { \
		bool said = run_says(&(text), (words)); \
		if (!said) \
			printf("# it said: %s\n", (const char *)(text).ptr); \
		CU_ASSERT(said); \
	} while (0)

#define IS_STATUS(expected, actual) do { \
		int ended = (actual); \
		if (ended != (expected)) \
			printf("# exit status %d, %s\n", ended, (const char *)world.err.ptr); \
		CU_ASSERT_EQUAL(ended, (expected)); \
	} while (0)

#endif
