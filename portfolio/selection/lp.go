package selection

import (
	"bufio"
	"fmt"
	"io"
)

// WriteLP writes a problem in the LP format of other solvers, so that an answer can be held against theirs: a variable of 0 or 1 for each start of each project,
// "x3_1" for the second start of the fourth one. Its error is that of a problem which cannot be posed, or of the writer.
func WriteLP(w io.Writer, p Problem) error {
	m, err := posed(p)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	name := func(j int) string { return fmt.Sprintf("x%d_%d", m.owner[j], j-m.first[m.owner[j]]) }
	fmt.Fprint(out, "Maximize\n obj:")
	for j, v := range m.value {
		fmt.Fprintf(out, "\n %+d %s", v, name(j))
	}
	fmt.Fprint(out, "\nSubject To\n")
	for i, r := range m.rows(all) {
		if len(r.at) == 0 && r.limit >= 0 {
			continue
		}
		fmt.Fprintf(out, " r%d:", i)
		if len(r.at) == 0 && len(m.owner) > 0 { // a row that nothing can keep
			fmt.Fprintf(out, " 0 %s", name(0))
		}
		for k, j := range r.at {
			fmt.Fprintf(out, "\n %+d %s", r.coef[k], name(int(j)))
		}
		fmt.Fprintf(out, "\n <= %d\n", r.limit)
	}
	fmt.Fprint(out, "Binary\n")
	for j := range m.owner {
		fmt.Fprintf(out, " %s\n", name(j))
	}
	fmt.Fprint(out, "End\n")
	return out.Flush()
}
