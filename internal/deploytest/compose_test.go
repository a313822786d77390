package deploytest

import (
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// The part of the Compose specification that docker-compose.yml uses. Unknown keys are refused.
type (
	composeFile struct {
		Name     string                    `yaml:"name"`
		Services map[string]composeService `yaml:"services"`
		Volumes  map[string]struct{}       `yaml:"volumes"`
		Secrets  map[string]composeSecret  `yaml:"secrets"`
	}
	composeService struct {
		Build           string                 `yaml:"build"`
		Image           string                 `yaml:"image"`
		PullPolicy      string                 `yaml:"pull_policy"`
		Command         []string               `yaml:"command"`
		Restart         string                 `yaml:"restart"`
		User            string                 `yaml:"user"`
		ReadOnly        bool                   `yaml:"read_only"`
		Tmpfs           []string               `yaml:"tmpfs"`
		CapDrop         []string               `yaml:"cap_drop"`
		SecurityOpt     []string               `yaml:"security_opt"`
		Environment     map[string]string      `yaml:"environment"`
		Secrets         []string               `yaml:"secrets"`
		Volumes         []string               `yaml:"volumes"`
		NetworkMode     string                 `yaml:"network_mode"`
		Ports           []string               `yaml:"ports"`
		ShmSize         string                 `yaml:"shm_size"`
		StopGracePeriod string                 `yaml:"stop_grace_period"`
		DependsOn       map[string]composeNeed `yaml:"depends_on"`
		Healthcheck     composeHealth          `yaml:"healthcheck"`
	}
	composeSecret struct {
		File string `yaml:"file"`
	}
	composeNeed struct {
		Condition string `yaml:"condition"`
	}
	composeHealth struct {
		Test        []string `yaml:"test"`
		Interval    string   `yaml:"interval"`
		Timeout     string   `yaml:"timeout"`
		Retries     int      `yaml:"retries"`
		StartPeriod string   `yaml:"start_period"`
		Disable     bool     `yaml:"disable"`
	}
)

// checkCompose reports every promise that a compose file breaks.
func checkCompose(text string) []string {
	var file composeFile
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	names := make([]string, 0, len(file.Services))
	for name := range file.Services {
		names = append(names, name)
	}
	slices.Sort(names)
	check(slices.Equal(names, []string{"app", "db", "migrate"}), "services %q, want app, db and migrate", names)
	db, migrate, app := file.Services["db"], file.Services["migrate"], file.Services["app"]

	check(strings.HasPrefix(db.Image, "postgres:17"), "db: image %q, want postgres:17", db.Image)
	check(len(db.Healthcheck.Test) > 1 && db.Healthcheck.Test[1] == "pg_isready", "db: its health check does not ask pg_isready")
	check(len(db.Volumes) == 1 && strings.HasSuffix(db.Volumes[0], ":/var/lib/postgresql/data"), "db: its data is on no volume")
	check(len(db.Ports) == 0 && db.NetworkMode == "", "db: ports %q, want none: the database is for the other services alone", db.Ports)

	check(slices.Equal(migrate.Command, []string{"migrate"}), "migrate: command %q", migrate.Command)
	check(migrate.Restart == "no", "migrate: restart %q, want \"no\": it runs once", migrate.Restart)
	check(migrate.DependsOn["db"].Condition == "service_healthy", "migrate: it does not wait for a healthy db")
	check(migrate.Build == ".", "migrate: it does not build the image")

	check(slices.Equal(app.Command, []string{"serve"}), "app: command %q", app.Command)
	check(app.DependsOn["db"].Condition == "service_healthy", "app: it does not wait for a healthy db")
	check(app.DependsOn["migrate"].Condition == "service_completed_successfully", "app: it does not wait for the schema")
	check(slices.Equal(app.Healthcheck.Test, []string{"CMD", "/jalon", "healthcheck"}), "app: its health check %q does not call the binary", app.Healthcheck.Test)
	check(slices.Contains(app.Volumes, "data:/data"), "app: its data is on no volume")
	check(app.Environment["JALON_LISTEN"] == "0.0.0.0:8080" && slices.Equal(app.Ports, []string{"127.0.0.1:8080:8080"}), "app: it listens on %q and publishes %q, want the host's loopback address alone: HTTPS is for the proxy before it", app.Environment["JALON_LISTEN"], app.Ports)
	check(app.Image == migrate.Image, "app and migrate run different images")
	for name, s := range map[string]composeService{"app": app, "migrate": migrate} {
		check(unprivileged.MatchString(s.User), "%s: user %q, want a numeric user and group other than 0", name, s.User)
		check(s.NetworkMode == "", "%s: network mode %q, want the network of the services", name, s.NetworkMode)
		check(s.ReadOnly, "%s: its root file system is not read-only", name)
		check(slices.ContainsFunc(s.Tmpfs, func(m string) bool { return m == "/tmp" || strings.HasPrefix(m, "/tmp:") }), "%s: it has no /tmp", name)
		check(slices.Equal(s.CapDrop, []string{"ALL"}), "%s: it keeps capabilities", name)
		check(s.Environment["JALON_DATABASE_URL_FILE"] == "/run/secrets/database_url", "%s: the address of the database is not read from its secret", name)
		check(s.Environment["JALON_SECRET_FILE"] == "/run/secrets/jalon_secret", "%s: the secret is not read from its file", name)
	}
	return append(problems, checkReferences(file)...)
}

// checkReferences looks at what every service must respect: names that exist, and no secret in clear.
func checkReferences(file composeFile) []string {
	var problems []string
	for name, s := range file.Services {
		if !slices.Contains(s.SecurityOpt, "no-new-privileges:true") {
			problems = append(problems, name+": it may gain privileges")
		}
		for _, v := range s.Volumes {
			volume, _, _ := strings.Cut(v, ":")
			if _, ok := file.Volumes[volume]; !ok {
				problems = append(problems, fmt.Sprintf("%s: no volume %q", name, volume))
			}
		}
		for _, secret := range s.Secrets {
			if _, ok := file.Secrets[secret]; !ok {
				problems = append(problems, fmt.Sprintf("%s: no secret %q", name, secret))
			}
		}
		for needed := range s.DependsOn {
			if _, ok := file.Services[needed]; !ok {
				problems = append(problems, fmt.Sprintf("%s: no service %q", name, needed))
			}
		}
		for key, value := range s.Environment {
			secret, inFile := strings.CutPrefix(value, "/run/secrets/")
			if inFile && !slices.Contains(s.Secrets, secret) {
				problems = append(problems, fmt.Sprintf("%s: %s names the secret %q, which it is not given", name, key, secret))
			}
			if !inFile && (secretName.MatchString(key) || passwordInURL.MatchString(value)) {
				problems = append(problems, fmt.Sprintf("%s: %s holds a secret in clear", name, key))
			}
		}
	}
	for name, secret := range file.Secrets {
		if secret.File != "./secrets/"+name {
			problems = append(problems, fmt.Sprintf("secrets: %s comes from %q, want ./secrets/%s, which is kept out of version control", name, secret.File, name))
		}
	}
	slices.Sort(problems)
	return problems
}

var (
	secretName    = regexp.MustCompile(`PASSWORD|SECRET|TOKEN|KEY|DATABASE_URL`)
	passwordInURL = regexp.MustCompile(`://[^/@\s]*:[^/@\s]*@`)
)

func TestCompose(t *testing.T) {
	for _, line := range checkCompose(read(t, "docker-compose.yml")) {
		t.Errorf("docker-compose.yml: %s", line)
	}
	if !slices.Contains(strings.Fields(read(t, ".gitignore")), "/secrets/") {
		t.Error(".gitignore does not keep /secrets/ out of version control")
	}
}

// TestComposeConfig asks the real reader, where it is installed; it needs no engine.
func TestComposeConfig(t *testing.T) {
	if err := exec.Command("docker", "compose", "version").Run(); err != nil {
		t.Skip("docker compose is not installed here: the file was read by our own reader only")
	}
	cmd := exec.Command("docker", "compose", "--file", "docker-compose.yml", "config", "--quiet")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("docker compose config: %v\n%s", err, out)
	}
}

// TestComposeIsRefused spoils the real file, one slip at a time.
func TestComposeIsRefused(t *testing.T) {
	text := read(t, "docker-compose.yml")
	tests := []struct{ name, old, new, want string }{
		{"no YAML", "services:\n", "services:\n\t- x\n", "yaml"},
		{"an unknown key", "    read_only: true", "    readonly: true", "readonly"},
		{"a writable root", "    read_only: true", "    read_only: false", "not read-only"},
		{"root", `user: "65532:65532"`, `user: "0:0"`, `user "0:0"`},
		{"capabilities", "      - ALL\n", "      - NET_RAW\n", "keeps capabilities"},
		{"the site starts at once", "service_completed_successfully", "service_started", "wait for the schema"},
		{"the database may be asleep", "condition: service_healthy", "condition: service_started", "healthy db"},
		{"a health check that needs curl", `["CMD", "/jalon", "healthcheck"]`, `["CMD", "curl", "http://127.0.0.1:8080"]`, "does not call the binary"},
		{"open to all", `"127.0.0.1:8080:8080"`, `"8080:8080"`, "loopback address alone"},
		{"a database open to all", "    shm_size: 256m\n", "    shm_size: 256m\n    ports: [\"5432:5432\"]\n", "want none"},
		{"a password in clear", "POSTGRES_PASSWORD_FILE: /run/secrets/database_password", "POSTGRES_PASSWORD: hunter2", "in clear"},
		{"a password in an address", "      JALON_DATA_DIR: /data", "      JALON_SMTP_URL: smtp://jalon:hunter2@mail:587", "in clear"},
		{"a secret not given", "      - database_password\n", "      - database_url\n", "not given"},
		{"a secret from elsewhere", "./secrets/jalon_secret", "./jalon_secret", "kept out of version control"},
		{"the network of the host", "    stop_grace_period: 40s\n", "    stop_grace_period: 40s\n    network_mode: host\n", "network of the services"},
		{"a volume that is not there", "      - data:/data", "      - files:/data", `no volume "files"`},
		{"privileges", "no-new-privileges:true", "no-new-privileges:false", "gain privileges"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if !strings.Contains(text, tc.old) {
				t.Fatalf("docker-compose.yml has no %q to spoil", tc.old)
			}
			found := strings.Join(checkCompose(strings.Replace(text, tc.old, tc.new, 1)), "; ")
			if !strings.Contains(found, tc.want) {
				t.Errorf("reported %q, want %q", found, tc.want)
			}
		})
	}
}
