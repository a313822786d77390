// Package views renders report values for people: typed pages into HTML, with every text from a
// catalogue in the reader's language. It never runs a query; the domains hand it what it shows.
package views
