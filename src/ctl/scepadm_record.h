#ifndef SCEPGATE_CTL_SCEPADM_RECORD_H
#define SCEPGATE_CTL_SCEPADM_RECORD_H

/* From the views of the database to output: lists, records with a little more than the view has, certificates. */

#include "ctl/scepadm.h"
#include "store/view.h"

/** List a view. @param columns in: of the table form, as for output_rows(). */
enum err scepadm_list(struct scepadm *scepadm, enum view view, const struct view_filter *filters, size_t filter_count, int limit,
	const char *const *columns, struct why *why);

/** Read exactly one row. @param what in: names the thing in the message, e.g. `CA "root"`. @return ERR_OK; ERR_NOT_FOUND; … */
enum err scepadm_read_one(struct scepadm *scepadm, enum view view, const struct view_filter *filters, size_t filter_count, const char *what,
	struct rowset *row, struct why *why);

/** What belongs to a record: rows of another view whose `key` is its name. */
struct scepadm_part {
	const char *name;             /* in the output */
	enum view view;
	const char *key;
	const char *count;            /* column of the record that counts them, left out of the output */
	const char *const *columns;   /* of the table form */
};

/** Show one row by name, and what belongs to it. @param what in: kind of the thing, for the message. */
enum err scepadm_show(struct scepadm *scepadm, enum view view, const char *what, const char *name, const struct scepadm_part *part,
	struct why *why);

/** Put another column into a record of one row. The value is copied; NULL allowed. @return ERR_OK; ERR_MEMORY. */
enum err record_add(struct rowset *record, const char *column, const char *value);
/** The same with bytes that are text. */
enum err record_add_bytes(struct rowset *record, const char *column, struct bytes value);
/**
 * Put the SHA-256, SHA-1 and MD5 fingerprints of a certificate into a record, as PREFIXsha256 and so on: what vendors' user interfaces ask
 * for.
 */
enum err record_add_fingerprints(struct rowset *record, const char *prefix, struct bytes cert_der);
/** Take a column out of all rows, e.g. octets that no person wants to see. Nothing happens when there is none. */
void record_drop(struct rowset *rows, const char *column);
/**
 * Append the octets of a column that holds them as hexadecimal. @return ERR_OK; ERR_INTERNAL when there is no such column or it is NULL;
 * ERR_MEMORY.
 */
enum err record_octets(const struct rowset *rows, const char *column, struct buf *out, struct why *why);

/**
 * Append a serial number as the views have it, lower-case hexadecimal, from what people paste: either case, colons, blanks. @return ERR_OK;
 * ERR_USAGE; ERR_MEMORY.
 */
enum err serial_normalise(const char *text, struct buf *out, struct why *why);

/** Put the URL of an endpoint into a record: BASE/scep/APPLICATION/PROFILE/pkiclient.exe. */
enum err record_add_url(const struct scepadm *scepadm, struct rowset *record, const char *application, const char *profile);

/**
 * Write DER as it is, or as PEM. @param label in: of the PEM, e.g. "CERTIFICATE". @param form in: "pem" or "der". @param file in: NULL or "-": standard
 * output. @return ERR_OK; ERR_IO; ERR_MEMORY.
 */
enum err record_write_der(const char *label, struct bytes der, const char *form, const char *file, struct why *why);

#endif
