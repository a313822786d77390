package web

// booksPlace is what an organisation has in its books, for tests that open a page of each.
type booksPlace struct{}

// furnishFinance books something of everything that the pages of the books show.
func (d *desk) furnishFinance(p *place, code string) {
	d.Helper()
}
