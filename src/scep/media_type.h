#ifndef SCEPGATE_SCEP_MEDIA_TYPE_H
#define SCEPGATE_SCEP_MEDIA_TYPE_H

/* The media types of RFC 8894 section 4: exactly these octets, without parameters, since clients compare them so. */

#define SCEP_TYPE_CAPS "text/plain"
#define SCEP_TYPE_CA_CERT "application/x-x509-ca-cert"
#define SCEP_TYPE_CA_RA_CERT "application/x-x509-ca-ra-cert"
#define SCEP_TYPE_NEXT_CA "application/x-x509-next-ca-cert"
#define SCEP_TYPE_PKI_MESSAGE "application/x-pki-message"

#endif
