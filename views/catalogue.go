package views

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strconv"
	"strings"
)

//go:embed locales/*/*.json
var localeFiles embed.FS

// Languages lists the languages of Jalon, the default first.
var Languages = []string{"fr", "en"}

// message is one text in one language. A text without plural forms has only other.
type message struct {
	one, other []piece
	plural     bool
}

// piece is a literal, or a reference to an argument when arg ≥ 0.
type piece struct {
	text string
	arg  int
}

type catalogue map[string]message

var catalogues = mustLoadCatalogues()

func mustLoadCatalogues() map[string]catalogue {
	all := make(map[string]catalogue, len(Languages))
	for _, lang := range Languages {
		c, err := loadCatalogue(localeFiles, path.Join("locales", lang))
		if err != nil {
			panic("views: " + err.Error()) // embedded at build: a test loads them first
		}
		all[lang] = c
	}
	return all
}

// loadCatalogue merges every JSON file of a folder. A value is a text, or {"one": …, "other": …}.
// {0}, {1} … stand for the arguments.
func loadCatalogue(fsys fs.FS, dir string) (catalogue, error) {
	files, err := fs.Glob(fsys, path.Join(dir, "*.json"))
	if err != nil {
		return nil, err
	}
	sort.Strings(files)
	c := catalogue{}
	for _, name := range files {
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal(data, &raw); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		for key, value := range raw {
			if _, twice := c[key]; twice {
				return nil, fmt.Errorf("%s: %q stands in two files", name, key)
			}
			m, err := parseMessage(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %q: %w", name, key, err)
			}
			c[key] = m
		}
	}
	return c, nil
}

func parseMessage(value json.RawMessage) (message, error) {
	var text string
	if json.Unmarshal(value, &text) == nil {
		p, err := parsePieces(text)
		return message{other: p}, err
	}
	var forms struct{ One, Other string }
	if err := json.Unmarshal(value, &forms); err != nil {
		return message{}, err
	}
	one, err := parsePieces(forms.One)
	if err != nil {
		return message{}, err
	}
	other, err := parsePieces(forms.Other)
	return message{one: one, other: other, plural: true}, err
}

func parsePieces(text string) ([]piece, error) {
	if strings.TrimSpace(text) == "" {
		return nil, fmt.Errorf("empty text")
	}
	var out []piece
	for text != "" {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			return append(out, piece{text, -1}), nil
		}
		end := strings.IndexByte(text[open:], '}')
		if end < 0 {
			return nil, fmt.Errorf("brace without end")
		}
		n, err := strconv.Atoi(text[open+1 : open+end])
		if err != nil || n < 0 || n > 9 {
			return nil, fmt.Errorf("argument %q", text[open:open+end+1])
		}
		if open > 0 {
			out = append(out, piece{text[:open], -1})
		}
		out = append(out, piece{"", n})
		text = text[open+end+1:]
	}
	return out, nil
}

// Texts gives the texts without arguments whose key starts with prefix, by the rest of the key:
// what the command line hands to its help.
func Texts(lang, prefix string) map[string]string {
	p := For(lang)
	out := map[string]string{}
	for key := range p.c {
		if rest, ok := strings.CutPrefix(key, prefix); ok {
			out[rest] = p.T(key)
		}
	}
	return out
}
