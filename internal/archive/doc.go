// Package archive keeps the embedded database in one file and brings it back: backups.
//
// An archive is a ZIP of two entries, manifest.json and the database jalon.db, so that it can be opened with common tools
// where there is no Jalon. The manifest says what is inside and how it can be told from something else: format, schema,
// size and SHA-256. Packs are in the database. The secret file of the installation is never in an archive: with it, a
// lost backup would give the second factors away.
//
// Nothing is ever half there. A backup and a restored database become whole in a folder of their own beside where they
// belong, and then get their name; that name never takes the place of another file. What a run that was killed left in
// such a folder is cleared away by the next.
//
// Restoring trusts nothing: the archive is checked before the target is touched, and goes only where there is no data.
package archive
