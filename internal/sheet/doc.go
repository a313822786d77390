// Package sheet writes workbooks (XLSX) for people who go on working with the figures in a spreadsheet.
// It is the only importer of excelize.
//
// A cell is what its kind says, whatever it holds. A text is stored as a text in the format that keeps it one, also when
// somebody edits the cell: "=1+1" is never a formula and a SIRET keeps its leading zeros. An amount, a whole number, a
// share and a date are numbers that a spreadsheet adds up, sorts and shows in its reader's notation.
//
// Rows are streamed: memory does not grow with them, what does not fit waits in temporary files. The same document gives
// the same bytes on every machine and on every day.
package sheet
