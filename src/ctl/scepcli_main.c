#include <config.h>

#include "ctl/scepcli.h"

#include <unistd.h>

static void pause_real(unsigned seconds)
{
	while ((seconds = sleep(seconds)) > 0)
		;
}

int main(int argc, char **argv)
{
	struct scepcli cli = { .random = random_system(), .clock = clock_system(), .pause = pause_real };

	return command_main(&scepcli_program, argc, argv, scepcli_prepare, &cli);
}
