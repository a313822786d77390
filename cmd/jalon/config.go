package main

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"jalon/internal/fault"
)

// Config is everything that can be set from outside, by flag or by environment; flags win. It is
// parsed once and passed by value.
type Config struct {
	Database     string `help:"${help_database}" env:"JALON_DATABASE_URL" placeholder:"URL"`
	DatabaseFile string `help:"${help_database_file}" env:"JALON_DATABASE_URL_FILE" placeholder:"FILE" hidden:""`
	Organisation string `help:"${help_organisation}" placeholder:"CODE"`
	DataDir      string `help:"${help_data_dir}" env:"JALON_DATA_DIR" default:"var" placeholder:"DIR"`
	Timezone     string `help:"${help_timezone}" env:"JALON_TIMEZONE" default:"Europe/Paris" placeholder:"ZONE"`
	Locale       string `help:"${help_locale}" env:"JALON_LOCALE" default:"fr" placeholder:"fr|en"`
	SecretFile   string `help:"${help_secret_file}" env:"JALON_SECRET_FILE" placeholder:"FILE"`
	SMTPURL      string `help:"${help_smtp}" name:"smtp-url" env:"JALON_SMTP_URL" placeholder:"URL" hidden:""`
	SMTPURLFile  string `help:"${help_smtp_file}" name:"smtp-url-file" env:"JALON_SMTP_URL_FILE" placeholder:"FILE" hidden:""`
}

// defaultDatabase is the embedded database when nothing else is said.
const defaultDatabase = "sqlite:var/jalon.db"

// complete reads secrets from files, fills in what hangs on other values, and refuses what cannot be.
func (c *Config) complete() error {
	for _, secret := range []struct {
		value *string
		file  string
	}{{&c.Database, c.DatabaseFile}, {&c.SMTPURL, c.SMTPURLFile}} {
		if *secret.value != "" || secret.file == "" {
			continue
		}
		data, err := os.ReadFile(secret.file)
		if err != nil {
			return fault.Unavailable(err, "config.file", secret.file)
		}
		*secret.value = strings.TrimSpace(string(data))
	}
	if c.Database == "" {
		c.Database = defaultDatabase
	}
	if _, err := time.LoadLocation(c.Timezone); err != nil || c.Timezone == "" || c.Timezone == "Local" {
		return usageError{fault.Invalid("input.time_zone", c.Timezone)}
	}
	if c.Locale != "fr" && c.Locale != "en" {
		return usageError{fault.Invalid("config.locale", c.Locale)}
	}
	return nil
}

// location is the configured time zone, which complete has checked.
func (c Config) location() *time.Location {
	loc, err := time.LoadLocation(c.Timezone)
	if err != nil {
		return time.UTC
	}
	return loc
}

// settings lists the effective configuration with secrets hidden, in the order of the contract.
func (c Config) settings() [][2]string {
	hidden := func(v string) string {
		if v == "" {
			return ""
		}
		return "…"
	}
	return [][2]string{
		{"JALON_DATABASE_URL", redactURL(c.Database)}, {"JALON_DATABASE_URL_FILE", c.DatabaseFile}, {"JALON_DATA_DIR", c.DataDir},
		{"JALON_TIMEZONE", c.Timezone}, {"JALON_LOCALE", c.Locale}, {"JALON_SECRET_FILE", c.SecretFile}, {"JALON_SMTP_URL", hidden(c.SMTPURL)}, {"JALON_SMTP_URL_FILE", c.SMTPURLFile},
	}
}

func redactURL(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return "…"
	}
	return u.Redacted()
}

// loopback refuses an address that other machines can reach: the passwords of the demonstration are known to all.
func loopback(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "" {
		return usageError{fault.Invalid("serve.address", address)}
	}
	if onMachine(host) {
		return nil
	}
	return usageError{fault.Invalid("demo.loopback_only", address)}
}

// onMachine tells whether a host name is the machine's own.
func onMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// proxies reads the networks whose forwarded addresses are believed: "10.0.0.0/8, 192.0.2.7".
func proxies(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			address, err := netip.ParseAddr(part)
			if err != nil {
				return nil, usageError{fault.Invalid("config.proxies", part)}
			}
			prefix = netip.PrefixFrom(address, address.BitLen())
		}
		out = append(out, prefix.Masked())
	}
	return out, nil
}

// siteURL is the address that readers type.
func siteURL(base, address string) (*url.URL, error) {
	if base == "" {
		base = "http://" + address
	}
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, usageError{fault.Invalid("config.base_url", base)}
	}
	return u, nil
}

func (c Config) packsDir() string { return fmt.Sprintf("%s/packs", strings.TrimSuffix(c.DataDir, "/")) }
