package views

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"runtime/debug"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed layout/*.html partials/*.html pages/*.html
var templateFiles embed.FS

// Page is one page with everything that it shows. Its template is pages/<name>.html.
type Page interface {
	template() string
}

// sets holds one template set a page, so that two pages may both define "content".
var sets = mustParseTemplates(templateFiles)

func mustParseTemplates(fsys fs.FS) map[string]*template.Template {
	shared := template.Must(template.New("").Option("missingkey=error").Funcs(template.FuncMap{
		"asset": AssetURL, // the only function: it depends on nothing but the embedded files
	}).ParseFS(fsys, "layout/*.html", "partials/*.html"))
	pages, err := fs.Glob(fsys, "pages/*.html")
	if err != nil || len(pages) == 0 {
		panic(fmt.Sprintf("views: no page templates: %v", err))
	}
	all := make(map[string]*template.Template, len(pages))
	for _, file := range pages {
		set := template.Must(template.Must(shared.Clone()).ParseFS(fsys, file))
		all[strings.TrimSuffix(path.Base(file), ".html")] = set
	}
	return all
}

// Stamp names this very build with its templates, texts and assets: what was rendered of the same
// values under the same stamp is the same page.
var Stamp = mustStamp(templateFiles, localeFiles, assetFiles)

func mustStamp(files ...fs.FS) string {
	sum := sha256.New()
	if info, ok := debug.ReadBuildInfo(); ok {
		_, _ = io.WriteString(sum, info.String()) // a hash takes everything
	}
	for _, fsys := range files {
		err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(fsys, name)
			_, _ = fmt.Fprintf(sum, "%s %d\n%s", name, len(body), body)
			return err
		})
		if err != nil {
			panic("views: " + err.Error()) // embedded at build
		}
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// keptBuffer is the largest buffer that goes back to the pool: one huge page must not hold its
// memory for ever.
const keptBuffer = 1 << 20

// Render writes the page. It executes into a buffer first, so that a failing template writes
// nothing at all.
func Render(w io.Writer, page Page) error {
	set, ok := sets[page.template()]
	if !ok {
		return fmt.Errorf("views: no template %q", page.template())
	}
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer func() {
		if b.Cap() <= keptBuffer {
			buffers.Put(b)
		}
	}()
	if err := set.ExecuteTemplate(b, "base.html", page); err != nil {
		return fmt.Errorf("render %s: %w", page.template(), err)
	}
	_, err := w.Write(upright(b.Bytes()))
	return err
}

// TurnsText tells of the characters that nobody sees and that turn the letters after them round: embeddings, overrides
// and isolates of bidirectional text. A name that holds one makes what stands beside it read as something else.
func TurnsText(r rune) bool { return (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) }

// upright takes what turns text round out of a page, in place. A list that was imported to the letter may hold it.
func upright(page []byte) []byte {
	at := bytes.IndexFunc(page, TurnsText)
	if at < 0 {
		return page
	}
	kept := page[:at]
	for at < len(page) {
		r, size := utf8.DecodeRune(page[at:])
		if !TurnsText(r) {
			kept = append(kept, page[at:at+size]...)
		}
		at += size
	}
	return kept
}

// fragment renders a part of a page that is kept and shown again. It panics where Render would fail:
// the page's own test renders it.
func fragment(page, name string, data any) template.HTML {
	var b strings.Builder
	if err := sets[page].ExecuteTemplate(&b, name, data); err != nil {
		panic("views: " + err.Error())
	}
	return template.HTML(b.String())
}
