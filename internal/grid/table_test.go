package grid

import (
	"strings"
	"testing"
)

func TestWriteTable(t *testing.T) {
	var b strings.Builder
	if err := WriteTable(&b, [][]string{{"nom", "écart"}, {`=cmd|' /C calc'!A0`, "-3.50"}, {"a \"b\";c", ""}, {"\u200b+1+1", "＝1"}}); err != nil {
		t.Fatal(err)
	}
	want := "\ufeff\"nom\";\"écart\"\r\n\"'=cmd|' /C calc'!A0\";\"-3.50\"\r\n\"a \"\"b\"\";c\";\r\n\"'\u200b+1+1\";\"'＝1\"\r\n"
	if b.String() != want {
		t.Errorf("WriteTable = %q, want %q", b.String(), want)
	}
}
