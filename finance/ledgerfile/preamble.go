package ledgerfile

import "jalon/internal/grid"

// preamble reads from a row above the header what holds for every line of the file: "Exercice
// comptable", 2026. A column of its own counts more; a fiscal year that is none ("Tous") is not told.
func (t *table) preamble(r *row) {
	for f, label := range t.profile.Preamble {
		if t.header.at[slotOf(f)] >= 0 {
			continue
		}
		if text := t.cleanCell(r.behind(label)); text != "" && (f != FieldExercice || t.isExercice(text)) {
			t.values[slotOf(f)] = text
		}
	}
}

// behind gives the next filled cell behind one with a label.
func (r *row) behind(label string) string {
	found := false
	for i := range r.cells {
		text := r.cell(i)
		if found && text != "" {
			return text
		}
		found = found || text != "" && len(text) <= maxWord && grid.Fold(text) == grid.Fold(label)
	}
	return ""
}

func (t *table) isExercice(text string) bool {
	year, ok := pesNumber(text)
	return ok && year >= firstYear && year <= lastYear
}
