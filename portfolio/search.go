package portfolio

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"jalon/internal/grid"
)

// searchIndex holds the folded texts of one version of a roadmap: the roadmap itself, its themes in
// their order, its projects by code.
type searchIndex []searchEntry

// searchEntry is one thing that can be found. text is everything that a word may occur in; in it lines
// end the fields, so that no word runs over from one into the next.
type searchEntry struct {
	hit              Hit
	code, name, text string // folded
}

func newSearchEntry(kind string, id int64, r Roadmap, code, name string, further ...string) searchEntry {
	e := searchEntry{hit: Hit{Kind: kind, ID: id, Code: code, Name: name, RoadmapID: r.ID}, code: grid.Fold(code), name: foldText(name)}
	var b strings.Builder
	b.WriteString(foldText(code) + "\n" + e.name)
	for _, f := range further {
		if f = foldText(f); f != "" {
			b.WriteString("\n" + f)
		}
	}
	e.text = b.String()
	return e
}

// newSearchIndex folds what is read of a roadmap.
func newSearchIndex(r Roadmap, themes []Theme, projects []Project) searchIndex {
	index := make(searchIndex, 0, 1+len(themes)+len(projects))
	index = append(index, newSearchEntry(HitRoadmap, int64(r.ID), r, r.Code, r.Name, r.Purpose, r.Sponsor, r.Manager))
	for _, t := range themes {
		index = append(index, newSearchEntry(HitTheme, t.ID, r, t.Code, t.Name, t.Description))
	}
	for _, p := range projects {
		index = append(index, newSearchEntry(HitProject, int64(p.ID), r, p.Code, p.Name, p.Need, p.Sponsor, p.Manager, p.Department))
	}
	return index
}

// newRequestEntry folds what is read of a request.
func newRequestEntry(q Request, r Roadmap) searchEntry {
	return newSearchEntry(HitRequest, int64(q.ID), r, q.Code(), q.Title, q.Need, q.Sponsor, q.Department)
}

// bytes is about what the index takes of memory.
func (x searchIndex) bytes() int {
	const headers = 136 // the strings and numbers of an entry, without what the strings point to
	n := 0
	for _, e := range x {
		n += headers + len(e.hit.Code) + len(e.hit.Name) + len(e.code) + len(e.name) + len(e.text)
	}
	return n
}

// foldText folds a text word by word and keeps the spaces between words.
func foldText(text string) string { return strings.Join(foldWords(text), " ") }

// foldWords gives the folded words of a text. What holds neither letters nor digits is no word.
func foldWords(text string) []string {
	words := strings.Fields(text)
	out := words[:0]
	for _, w := range words {
		if w = foldWord(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// foldWord is grid.Fold, by a shorter way for words of plain letters: most are, and ten thousand
// projects hold half a million of them.
func foldWord(word string) string {
	plain := make([]byte, 0, len(word))
	for i := range len(word) {
		switch c := word[i]; {
		case c >= utf8.RuneSelf:
			return grid.Fold(word)
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			plain = append(plain, c)
		case 'A' <= c && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		}
	}
	if len(plain) == len(word) && word == string(plain) {
		return word
	}
	return string(plain)
}

// searchQuery is what is looked for, folded.
type searchQuery struct {
	words []string
	name  string // the words as a name would have them
	code  string // the words as a code would have them
}

func newSearchQuery(text string) searchQuery {
	words := foldWords(text)
	return searchQuery{words: words, name: strings.Join(words, " "), code: strings.Join(words, "")}
}

// The ranks of hits, the best first.
const (
	rankCode   = iota // the code is what was asked for
	rankBegins        // the name begins with it
	rankName          // the name holds every word
	rankText          // the words occur somewhere
	noHit
)

func (q searchQuery) rank(e searchEntry) int {
	for _, w := range q.words {
		if !strings.Contains(e.text, w) {
			return noHit
		}
	}
	switch {
	case e.code == q.code:
		return rankCode
	case strings.HasPrefix(e.name, q.name):
		return rankBegins
	}
	for _, w := range q.words {
		if !strings.Contains(e.name, w) {
			return rankText
		}
	}
	return rankName
}

// searched is a hit with its place in the order.
type searched struct {
	rank int
	hit  Hit
}

// find adds the hits of a roadmap that may be seen. It cuts what is found back to the best of them
// whenever it has grown to twice as many, so that a common word costs no memory.
func (q searchQuery) find(found []searched, index searchIndex, keep int, visible func(Hit) bool) []searched {
	for _, e := range index {
		rank := q.rank(e)
		if rank == noHit || !visible(e.hit) {
			continue
		}
		if found = append(found, searched{rank, e.hit}); len(found) >= 2*keep {
			found = best(found, keep)
		}
	}
	return found
}

// kindOrder puts what holds others first.
var kindOrder = map[string]int{HitRoadmap: 0, HitTheme: 1, HitProject: 2, HitRequest: 3}

// best orders hits by rank and kind, what was found first before what was found later, and keeps so
// many of them.
func best(found []searched, keep int) []searched {
	slices.SortStableFunc(found, func(a, b searched) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(kindOrder[a.hit.Kind], kindOrder[b.hit.Kind]))
	})
	return found[:min(keep, len(found))]
}
