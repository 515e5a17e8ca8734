#ifndef SCEPGATE_BASE_CORE_DUMP_H
#define SCEPGATE_BASE_CORE_DUMP_H

/* What a program holds in memory (the key-encryption secret, opened keys, challenges) is not to be found in a file after a crash. */

/** From now on no core dump is written of this process and of those that it starts, whatever the limits say that it came with. Cannot fail: a limit may always be lowered. */
void core_dump_forbid(void);

#endif
