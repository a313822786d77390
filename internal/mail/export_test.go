package mail

import "crypto/x509"

// Trust makes the sender trust the certificates of a test.
func (s *SMTP) Trust(pool *x509.CertPool) { s.tls.RootCAs = pool }
