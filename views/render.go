package views

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync"
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
	_, err := w.Write(b.Bytes())
	return err
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
