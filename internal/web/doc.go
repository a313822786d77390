// Package web serves the site. It is the only importer of fiber: a handler parses the request,
// calls one use case and renders one page; errors.go alone turns errors into statuses.
//
// The site is read-only: it answers GET and HEAD, needs no script, and trusts no header that a
// proxy or a browser could forge.
package web
