package views

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// Asset is an embedded file under its content-hashed name, which a browser may keep for ever.
type Asset struct {
	Name        string // "app.3f2a…c1.css"
	ContentType string
	Body        []byte
}

// AssetPrefix is the path under which assets are served.
const AssetPrefix = "/static/"

// assetsByName finds an asset by its hashed name, assetNames the hashed name by the plain one.
var assetsByName, assetNames = mustHashAssets(assetFiles)

func mustHashAssets(fsys fs.FS) (map[string]Asset, map[string]string) {
	byName, names := map[string]Asset{}, map[string]string{}
	entries, err := fs.ReadDir(fsys, "assets")
	if err != nil {
		panic("views: " + err.Error()) // embedded at build
	}
	for _, e := range entries {
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			continue
		}
		body, err := fs.ReadFile(fsys, path.Join("assets", e.Name()))
		if err != nil {
			panic("views: " + err.Error())
		}
		sum := sha256.Sum256(body)
		ext := path.Ext(e.Name())
		hashed := strings.TrimSuffix(e.Name(), ext) + "." + hex.EncodeToString(sum[:8]) + ext
		byName[hashed] = Asset{Name: hashed, ContentType: contentType(ext), Body: body}
		names[e.Name()] = hashed
	}
	return byName, names
}

// contentType does not ask the machine's own table first for what is shipped here: that table
// differs from one distribution to the next.
func contentType(ext string) string {
	switch ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	if t := mime.TypeByExtension(ext); t != "" {
		return t
	}
	return "application/octet-stream"
}

// FindAsset gives the asset of a hashed name.
func FindAsset(hashed string) (Asset, bool) {
	a, ok := assetsByName[hashed]
	return a, ok
}

// AssetURL is the address of an asset by its plain name ("app.css"). An unknown name panics: a
// test renders every page.
func AssetURL(name string) string {
	hashed, ok := assetNames[name]
	if !ok {
		panic("views: no asset " + name)
	}
	return AssetPrefix + hashed
}
