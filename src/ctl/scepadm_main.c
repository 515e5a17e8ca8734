#include <config.h>

#include "ctl/scepadm.h"

int main(int argc, char **argv)
{
	struct scepadm scepadm = { 0 };
	int status = command_main(&scepadm_program, argc, argv, scepadm_prepare, &scepadm);

	scepadm_clear(&scepadm);
	return status;
}
