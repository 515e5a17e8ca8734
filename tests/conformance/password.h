#ifndef SCEPGATE_TESTS_CONFORMANCE_PASSWORD_H
#define SCEPGATE_TESTS_CONFORMANCE_PASSWORD_H

/*
 * Opening an EnvelopedData with PasswordRecipientInfo (RFC 5652 section 6.2.4): PBKDF2 (RFC 8018 section 5.2) and the key wrap of RFC 3211. From
 * hashes and CBC alone, so that it shares nothing with a server that is tested.
 */

#include "base/bytes.h"
#include "base/why.h"

/** @param envelope in: ContentInfo { envelopedData }. @param plain out: appended. @return ERR_OK; ERR_SCEP_REPLY with what is wrong; ERR_MEMORY. */
enum err password_open(struct bytes envelope, struct bytes password, struct buf *plain, struct why *why);

#endif
