#ifndef SCEPGATE_CTL_SCEPCLI_STATE_H
#define SCEPGATE_CTL_SCEPCLI_STATE_H

/*
 * What `scepcli enroll` and `renew` keep of a request that the server has put aside, so that `scepcli poll` can ask for it: text, a line a value, then
 * the signer's certificate, and its key if that is in no other file. "#" starts a remark.
 *
 *     scepcli-state 1
 *     transactionID 443d31           the octets, in hexadecimal
 *     issuer 3013…                   Name of the CA, DER
 *     subject 3011…                  Name that was asked for, DER
 *     publicKey 30820122…            that the certificate must have, DER; not there when it is not known
 *     keyFile /home/u/printer-1.key  of the signer; not there when the key stands below
 */

#include "ctl/scepcli_request.h"

/** Write a new file, for the owner alone. @param key_file in: the signer's key; not used for a throw-away key. @return ERR_OK; ERR_IO, also when the file exists. */
enum err scepcli_state_save(const char *path, const struct scepcli_request *request, const char *key_file, struct why *why);

/** Read one. @param out out: untouched on error. @return ERR_OK; ERR_IO; ERR_TEXT when it is none; ERR_CERT_SYNTAX; ERR_KEY; ERR_MEMORY. */
enum err scepcli_state_load(const char *path, struct scepcli_request *out, struct why *why);

#endif
