// Package grid holds what every reader and writer of tables needs, whatever the tables are about: in
// which encoding a text file is written, the rows of an XLSX workbook, the folding of headers and
// names, and CSV that no spreadsheet can be made to run.
//
// It is pure and bounds what it takes: a workbook is unpacked as a stream under limits that the
// caller sets, and every refusal is a fault whose key begins with "grid.".
package grid
