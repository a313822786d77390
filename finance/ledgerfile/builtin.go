package ledgerfile

import "slices"

// builtIns are the profiles that need no file, in alphabetical order.
var builtIns = []func() Profile{chorusCommitments, chorusPayments, genericCommitments, genericLedger, oxford, pes, totem}

// BuiltInNames lists the built-in profiles.
func BuiltInNames() []string {
	names := make([]string, 0, len(builtIns))
	for _, make := range builtIns {
		names = append(names, make().Name)
	}
	slices.Sort(names)
	return names
}

// BuiltIn gives a built-in profile, a fresh copy each time.
func BuiltIn(name string) (Profile, bool) {
	for _, make := range builtIns {
		if p := make(); p.Name == name {
			return p, true
		}
	}
	return Profile{}, false
}
