#include <config.h>

/*
 * `make check` without libFuzzer: feeds every file of the target's corpus, which includes every past crash, to the target, and the empty input. TAP on
 * standard output. The corpus is tests/fuzz/corpus/TARGET below SCEPGATE_SRCDIR, where TARGET is the name of the program.
 */

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool read_file(const char *path, struct buf *out)
{
	uint8_t block[4096];
	size_t got;
	FILE *file = fopen(path, "rb");
	bool ok;

	if (file == NULL)
		return false;
	while ((got = fread(block, 1, sizeof block, file)) > 0)
		if (buf_append(out, bytes_from(block, got)) != ERR_OK)
			break;
	ok = feof(file) && !ferror(file);
	fclose(file);
	return ok;
}

static bool replay(const char *folder, const char *name)
{
	char path[4096];
	struct buf content;
	bool ok;

	buf_init(&content);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if ((ok = read_file(path, &content)))
		LLVMFuzzerTestOneInput(content.ptr, content.len);
	buf_clear(&content);
	return ok;
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("SCEPGATE_SRCDIR");
	const char *slash = strrchr(argv[0], '/');
	struct dirent **entries;
	char folder[2048];
	int status = EXIT_SUCCESS;
	int count;

	(void)argc;
	snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", srcdir != NULL ? srcdir : ".", slash != NULL ? slash + 1 : argv[0]);
	if ((count = scandir(folder, &entries, is_file, alphasort)) <= 0) {
		printf("Bail out! %s: %s\n", folder, count < 0 ? strerror(errno) : "no files");
		return EXIT_FAILURE;
	}
	printf("1..%d\n", count + 1);
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	printf("ok 1 - the empty input\n");
	for (int i = 0; i < count; i++) {
		bool ok = replay(folder, entries[i]->d_name);

		printf("%s %d - %s\n", ok ? "ok" : "not ok", i + 2, entries[i]->d_name);
		fflush(stdout);
		if (!ok)
			status = EXIT_FAILURE;
		free(entries[i]);
	}
	free(entries);
	return status;
}
