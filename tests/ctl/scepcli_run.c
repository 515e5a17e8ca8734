#include <config.h>

#include "ctl/scepcli_run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/file.h"
#include "ctl/scepcli.h"
#include "pki/crypto.h"

enum { MAX_ARGUMENTS = 40, PATH_RING = 8 };

struct run_world world;

const char *at(const char *name)
{
	static char paths[PATH_RING][2 * RUN_PATH_SIZE];
	static size_t next;
	char *path = paths[next++ % PATH_RING];

	snprintf(path, sizeof paths[0], "%s/%s", world.folder, name);
	return path;
}

void run_put_vector(const char *vector, const char *name)
{
	UNIT_ERR(ERR_OK, file_write(at(name), unit_vector(vector), FILE_PUBLIC, NULL));
}

void run_begin(struct scep_stub *stub)
{
	snprintf(world.folder, sizeof world.folder, "%s/scepcli-test-XXXXXX", getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	if (mkdtemp(world.folder) == NULL || crypto_init(NULL) != ERR_OK)
		abort();
	unsetenv("SCEPCLI_CHALLENGE");
	scep_stub_init(stub);
	run_put_vector("cms/client.key", "device.key");
}

void run_end(struct scep_stub *stub)
{
	char command[2 * RUN_PATH_SIZE];

	snprintf(command, sizeof command, "rm -r '%s'", world.folder);
	if (system(command) != 0)
		abort();
	buf_clear(&world.out);
	buf_clear(&world.err);
	scep_stub_clear(stub);
}

/* Let a stream go into a file. @return what it went to before. */
static int redirect(FILE *stream, const char *path)
{
	int saved = dup(fileno(stream)), fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	fflush(stream);
	if (saved < 0 || fd < 0 || dup2(fd, fileno(stream)) < 0)
		abort();
	close(fd);
	return saved;
}

static void restore(FILE *stream, int saved, const char *path, struct buf *content)
{
	fflush(stream);
	if (dup2(saved, fileno(stream)) < 0)
		abort();
	close(saved);
	buf_reset(content);
	if (file_read(path, FILE_MAX_LEN, content, NULL) != ERR_OK || buf_terminate(content) != ERR_OK)
		abort();
}

static void pause_not(unsigned seconds)
{
	world.paused_s += seconds;
}

int run_words(const char *const *words)
{
	static int64_t now_utc = SCEP_STUB_NOW_UTC;
	struct scepcli cli = { .random = random_system(), .clock = clock_fixed(&now_utc), .pause = pause_not };
	char out[2 * RUN_PATH_SIZE], err[2 * RUN_PATH_SIZE];
	char *argv[MAX_ARGUMENTS + 2] = { NULL };
	int argc = 0, saved_out, saved_err, status;

	argv[argc++] = strdup("scepcli");
	for (; *words != NULL && argc < MAX_ARGUMENTS; words++)
		argv[argc++] = strdup(*words);
	snprintf(out, sizeof out, "%s/stdout", world.folder);
	snprintf(err, sizeof err, "%s/stderr", world.folder);
	world.paused_s = 0;
	saved_out = redirect(stdout, out);
	saved_err = redirect(stderr, err);
	status = command_main(&scepcli_program, argc, argv, scepcli_prepare, &cli);
	restore(stdout, saved_out, out, &world.out);
	restore(stderr, saved_err, err, &world.err);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return status;
}

bool run_says(const struct buf *text, const char *words)
{
	return strstr((const char *)text->ptr, words) != NULL;
}

struct cert *run_read_cert(const char *name)
{
	struct buf pem = { 0 };
	struct cert *cert = NULL;

	UNIT_ERR(ERR_OK, file_read(at(name), FILE_MAX_LEN, &pem, NULL));
	UNIT_ERR(ERR_OK, cert_parse_pem(buf_bytes(&pem), &cert, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	buf_clear(&pem);
	return cert;
}

struct csr *run_open_request(const struct scep_stub *stub, const char *name, struct scep_message **message)
{
	struct random random = random_system();
	struct buf der = { 0 }, plain = { 0 };
	struct csr *csr = NULL;

	UNIT_ERR(ERR_OK, file_read(at(name), FILE_MAX_LEN, &der, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&der), message, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(*message);
	UNIT_ERR(ERR_OK, cms_enveloped_open((*message)->envelope, stub->ra, stub->ra_key, &random, &plain, NULL));
	UNIT_ERR(ERR_OK, csr_parse(buf_bytes(&plain), &csr, NULL));
	UNIT_ERR(ERR_OK, csr_verify(csr, NULL));
	buf_clear(&der);
	buf_clear(&plain);
	return csr;
}
