// Package mail sends mails from an outbox.
//
// A use case queues a Message inside its transaction: what was rolled back mails nobody, and no mail is lost because a server was
// away. Deliver sends what is due, outside of any transaction, under a lease: of several replicas one sends. Whoever dies
// between sending and noting it makes the mail go out again once the lease is over, with the same Message-ID, so
// that mailboxes can tell.
//
// A body may hold a link that signs somebody in: it is emptied as soon as the message is settled, however that is. A message
// whose user must not get it any more is cancelled in the transaction that decides so.
package mail
