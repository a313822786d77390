package portfolio

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"jalon/portfolio/projectfile"
)

// SimilarQuery is what a request says so far.
type SimilarQuery struct {
	Title  string
	Need   string
	Except RequestID // the request itself; 0: it is not saved yet
}

// SimilarHit is a request or a project that may be about the same.
type SimilarHit struct {
	Subject
	Head
	Roadmap Head
	State   RequestState // "" of a project
	Score   int          // 0 to 100: how likely; a suggestion, never more
}

// Limits of the search for similar projects: fewer than this is chance, and more than so many nobody reads.
const (
	leastLikeness = 50
	mostSimilar   = 5
	maxSimilar    = 2000 // characters of title and need that are looked at
)

// likeness is a query that was prepared: it is held against thousands of names.
type likeness struct {
	title    projectfile.Title
	words    []string // of the title, each once, that say something
	need     []string // of the need
	initials bool     // it may be an acronym
}

// newLikeness prepares a query; false when it says too little to be compared.
func newLikeness(q SimilarQuery) (likeness, bool) {
	l := likeness{title: projectfile.NewTitle(cutRunes(q.Title, maxSimilar)), words: tellingWords(q.Title), need: tellingWords(cutRunes(q.Need, maxSimilar))}
	letters := utf8.RuneCountInString(foldText(q.Title))
	l.initials = letters >= 3 && letters <= 8
	return l, l.initials || len(l.words) > 0 || len(l.need) >= 3
}

// score holds the query against a name and the folded text that stands with it. It is the best of three views: the names are alike, the text holds
// the words of the title, or it holds most words of the need.
func (l likeness) score(name, foldedName, text string) int {
	inName, inText, inNeed := weighHits(l.words, foldedName), weighHits(l.words, text), weighHits(l.need, text)
	best := 0
	if inName > 0 || l.initials {
		best = max(l.title.Similar(projectfile.NewTitle(name)), shareWords(l.words, tellingWords(name)))
	}
	if len(l.words) >= 2 {
		best = max(best, 80*inText/100)
	}
	if len(l.need) >= 4 {
		best = max(best, 90*inNeed/100)
	}
	return best
}

// weighHits is the share of the words, weighted by their length, that the text holds: 0 to 100.
func weighHits(words []string, text string) int {
	all, hit := 0, 0
	for _, w := range words {
		n := utf8.RuneCountInString(w)
		all += n
		if strings.Contains(text, w) {
			hit += n
		}
	}
	if all == 0 {
		return 0
	}
	return 100 * hit / all
}

// shareWords is the Dice coefficient of two sets of words in order, each word counting its length: 0 to 100.
func shareWords(a, b []string) int {
	all, both := 0, 0
	for _, w := range a {
		n := utf8.RuneCountInString(w)
		all += n
		if _, found := slices.BinarySearch(b, w); found {
			both += 2 * n
		}
	}
	for _, w := range b {
		all += utf8.RuneCountInString(w)
	}
	if all == 0 {
		return 0
	}
	return 100 * both / all
}

// tellingWords gives the folded words of a text that say what it is about, each once: those of four letters and more, without the ending of a plural, and
// none of those that every request holds.
func tellingWords(text string) []string {
	var out []string
	for _, w := range foldWords(text) {
		if utf8.RuneCountInString(w) < 4 || commonWords[w] {
			continue
		}
		if utf8.RuneCountInString(w) > 4 {
			w = strings.TrimRight(w, "sx")
		}
		out = append(out, w)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// commonWords stand in requests of any kind.
var commonWords = map[string]bool{"pour": true, "avec": true, "dans": true, "sans": true, "plus": true, "leur": true, "leurs": true, "cette": true, "entre": true, "sont": true, "etre": true,
	"tous": true, "toutes": true, "ainsi": true, "dont": true, "mise": true, "place": true, "projet": true, "projets": true, "service": true, "services": true, "numerique": true,
	"numeriques": true, "outil": true, "outils": true, "nouveau": true, "nouvelle": true, "agents": true, "with": true, "from": true, "that": true, "this": true, "their": true, "project": true,
	"digital": true, "tool": true, "tools": true}

func cutRunes(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most])
}

// bestSimilar orders hits by likeness, projects before requests, and keeps the best.
func bestSimilar(found []SimilarHit) []SimilarHit {
	slices.SortStableFunc(found, func(a, b SimilarHit) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Request, b.Request), cmp.Compare(a.Code, b.Code))
	})
	return found[:min(mostSimilar, len(found))]
}
