// Package deploytest holds what surrounds the program to its promises. The Dockerfile and docker-compose.yml, without a
// container engine: that they are well formed, that the program runs as an unprivileged user on a read-only root, that
// health checks ask the binary itself, that the schema is migrated before the site starts, and that no secret stands in
// clear. The scripts in .ci: that a throw-away PostgreSQL is gone however its use ended.
//
// The readers here know the part of either language that the files use and refuse the rest, so that a slip of the pen
// fails a test rather than an installation.
package deploytest
