#!/usr/bin/env bash
# Verifies the files of this folder as far as one machine without a container engine can: from the repository, after
# `npm ci`, best as root on Debian 12. Prints TAP; a tool that is missing is a SKIP with its name, never a silent pass.
# Not tested by this: docker or podman themselves, arm64, real certificates, a running systemd.
set -euo pipefail
export LC_ALL=C.UTF-8
cd "$(dirname "$0")/.."
exec </dev/null
readonly home=$PWD
PATH=$home/node_modules/.bin:/usr/sbin:$PATH
work=$(mktemp -d)
total=0 pass=0 fail=0 skip=0

finish() {
  [ ! -d "$work/store" ] || build rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

# check NAME TOOL COMMAND...: one line of TAP; the command's output is shown when it fails. The command runs in a shell
# of its own and not as a condition, where bash would go on after the first failure.
check() {
  local name=$1 tool=$2 status=0
  shift 2
  total=$((total + 1))
  if ! command -v "$tool" >/dev/null; then
    skip=$((skip + 1))
    echo "ok $total - $name # SKIP $tool is not installed"
    return 0
  fi
  set +e
  (
    set -e
    trap stop_server EXIT
    "$@"
  ) >"$work/out" 2>&1
  status=$?
  set -e
  if [ "$status" -eq 0 ]; then
    pass=$((pass + 1))
    echo "ok $total - $name"
    grep '^# ' "$work/out" || true
  else
    fail=$((fail + 1))
    echo "not ok $total - $name"
    tail -40 "$work/out" | sed 's/^/  # /'
  fi
}

# scan NAME TOOL COMMAND...: the same for scanners, which take minutes: only where they are asked for.
scan() {
  if [ "${FILIERA_SCAN:-}" = 1 ]; then
    check "$@"
    return 0
  fi
  total=$((total + 1)) skip=$((skip + 1))
  echo "ok $total - $1 # SKIP $2 looks when FILIERA_SCAN=1"
}

# A rule that cannot be broken shows nothing: the check must refuse the broken copy too.
refuses() {
  ! "$@"
}

unit_with() { # a copy of the unit (of the name given second, else the node's) in which the programs of this machine stand
  local name=${2:-filiera}.service
  mkdir -p "$work/unit"
  sed "s#/usr/bin/node#$(readlink -f node_modules/.bin/node)#" "deploy/$name" | sed "$1" >"$work/unit/$name"
  printf '%s' "$work/unit/$name"
}

verify_unit() {
  local unit out
  unit=$(unit_with "$@")
  out=$(systemd-analyze verify --man=no "$unit" 2>&1) || { echo "$out"; return 1; }
  # Unknown keys are only warned of.
  if grep -F "${2:-filiera}.service:" <<<"$out"; then return 1; fi
}

exposure() { systemd-analyze security --offline=true --no-pager --threshold=25 "$(unit_with "$@")"; }

nginx_config() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gas.example \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  {
    echo "pid $work/nginx.pid; error_log stderr; events {} http { access_log off;"
    for part in client_body proxy fastcgi uwsgi scgi; do echo "${part}_temp_path $work/$part;"; done
    sed "s#/etc/letsencrypt/live/[a-z.]*/fullchain.pem#$work/cert.pem#;
         s#/etc/letsencrypt/live/[a-z.]*/privkey.pem#$work/key.pem#;
         s#listen 80;#listen 127.0.0.1:18080;#; s#listen 443 #listen 127.0.0.1:18443 #; /listen \[::\]/d" "deploy/${2:-nginx.conf}"
    echo "}"
  } | sed "$1" >"$work/nginx.conf"
  nginx -t -p "$work" -c "$work/nginx.conf"
}

caddy_config() {
  sed "$1" "deploy/${2:-Caddyfile}" >"$work/Caddyfile"
  XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work caddy validate --adapter caddyfile --config "$work/Caddyfile"
}

# What a stranger writes into X-Forwarded-For must not reach the node: behind each proxy stands a server that says what it
# was told, and the answer may name this machine alone.
proxy_replaces() {
  local tls=$1
  shift
  setsid node -e 'require("http").createServer((q, r) => r.end(JSON.stringify(q.headers))).listen(18098, "127.0.0.1")' &
  server=$!
  setsid "$@" >"$work/proxy.log" 2>&1 &
  local proxy=$! told=''
  for _ in $(seq 40); do
    told=$(node -e '
      const secure = process.argv[1] === "tls";
      const headers = { host: "gas.example", "x-forwarded-for": "203.0.113.7", "x-forwarded-proto": "gopher" };
      const at = { host: "127.0.0.1", port: 18443, headers, servername: "gas.example", rejectUnauthorized: false };
      const asked = require(secure ? "https" : "http").get(at, (answer) => {
        // A proxy that is up before the server behind it answers 502: that is not what was told.
        if (answer.statusCode === 200) answer.pipe(process.stdout);
        else answer.resume();
      });
      asked.on("error", () => {});' "$tls")
    [ -z "$told" ] || break
    sleep 0.25
  done
  kill -TERM -- "-$proxy" 2>/dev/null || true
  wait "$proxy" 2>/dev/null || true
  cat "$work/proxy.log"
  echo "$told"
  [ -n "$told" ] || exit 2
  grep -q '"x-forwarded-for":"127.0.0.1"' <<<"$told" && ! grep -q 'gopher' <<<"$told" && grep -q '"host":"gas.example"' <<<"$told"
}

nginx_replaces() {
  nginx_config "s#127.0.0.1:8000#127.0.0.1:18098#; $1"
  sed -i '1s/^/daemon off; /' "$work/nginx.conf"
  proxy_replaces tls nginx -p "$work" -c "$work/nginx.conf"
}

caddy_replaces() {
  caddy_config 's#127.0.0.1:8000#127.0.0.1:18098#; s#^gas.example {#http://gas.example:18443 {#; /^http:\/\/ {/,/^}/d'
  XDG_DATA_HOME=$work XDG_CONFIG_HOME=$work proxy_replaces plain caddy run --adapter caddyfile --config "$work/Caddyfile"
}

# nginx_tls SED: the command that runs the sample for nginx with a certificate of our own, in `proxy`.
nginx_tls() {
  nginx_config "s#127.0.0.1:8000#127.0.0.1:18098#; $1"
  sed -i '1s/^/daemon off; /' "$work/nginx.conf"
  proxy=(nginx -p "$work" -c "$work/nginx.conf")
}

caddy_tls() {
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=gas.example -addext subjectAltName=DNS:gas.example \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  caddy_config "s#127.0.0.1:8000#127.0.0.1:18098#; /^http:\/\/ {/,/^}/d
    s#^gas.example {#https://gas.example:18443 {\n\tbind 127.0.0.1\n\ttls $work/cert.pem $work/key.pem#; $1"
  sed -i '1s/^/{\n\tadmin off\n\tauto_https disable_redirects\n}\n/' "$work/Caddyfile"
  proxy=(env "XDG_DATA_HOME=$work" "XDG_CONFIG_HOME=$work" caddy run --adapter caddyfile --config "$work/Caddyfile")
}

# What others know of weak TLS, asked of the sample itself: nothing above a remark may be found. `asked`: what is looked at.
tls_holds() {
  local sample=$1 asked=$2 proxy
  "$sample" "$3"
  setsid "${proxy[@]}" >"$work/proxy.log" 2>&1 &
  server=$!
  for _ in $(seq 40); do
    if (exec 3<>/dev/tcp/127.0.0.1/18443) 2>/dev/null; then break; fi
    sleep 0.25
  done
  rm -f "$work/tls.json"
  # shellcheck disable=SC2086
  testssl --quiet --color 0 --warnings off --ip 127.0.0.1 --sneaky --jsonfile "$work/tls.json" $asked gas.example:18443
  node -e '
    const found = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const bad = found.filter(({ severity }) => ["LOW", "MEDIUM", "HIGH", "CRITICAL"].includes(severity));
    for (const { id, severity, finding } of bad) console.log(severity, id, finding);
    process.exit(bad.length === 0 && found.length > 5 ? 0 : 1);' "$work/tls.json"
}

build() { buildah --storage-driver vfs --root "$work/store" --runroot "$work/run" "$@"; }

# The base of the image is not fetched: the same libraries of this Debian stand in for it.
local_base() {
  local base=$work/base
  mkdir -p "$base/etc" "$base/tmp"
  # What Node and the natives of the release ask for, and nothing of the release itself.
  { ldd "$(readlink -f node_modules/.bin/node)"; find dist/image -name '*.node' -exec ldd {} + || true; } |
    grep -oE '(=> |^[[:space:]]*)/lib[^ ]*/[^ ]*\.so[^ ]*' | grep -o '/.*' | sort -u | while read -r lib; do
    mkdir -p "$base$(dirname "$lib")"
    cp -L "$lib" "$base$lib"
  done
  echo 'root:x:0:0::/:/' >"$base/etc/passwd"
  chmod 1777 "$base/tmp"
  tar -C "$base" -cf "$work/base.tar" .
  local from
  from=$(build from --pull=never scratch)
  build add --quiet "$from" "$work/base.tar" /
  build commit --quiet "$from" localhost/filiera-base
  build rm "$from"
}

image() {
  npm run release -- --image
  local_base
  build bud --isolation chroot --pull=never --format docker --build-arg BASE=localhost/filiera-base \
    --file deploy/Containerfile --tag localhost/filiera .
  local megabytes
  megabytes=$(($(du -sb dist/image "$work/base" | awk '{ sum += $1 } END { print sum }') / 1000000))
  echo "# the image has $megabytes MB"
  [ "$megabytes" -le 200 ]
}

server=''
# serve COMMAND...: starts a node in a group of its own and waits until it says that it is ready, 30 s at most.
serve() {
  setsid "$@" >"$work/server.log" 2>&1 &
  server=$!
  for _ in $(seq 60); do
    if FILIERA_PORT=$port node "$home/deploy/askReady.mjs"; then return 0; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  cat "$work/server.log"
  return 1
}

stop_server() {
  [ -n "$server" ] || return 0
  kill -TERM -- "-$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=''
}

port=18099

# A node with a group and its administrator, for what others look for in web applications. `cookie`: their session.
scan_with() {
  local data=$work/scan/data link
  mkdir -p "$work/scan"
  if [ ! -d "$data" ]; then
    filiera actor add --kind gas --handle fano --name "GAS Fano" --place Fano
    filiera account create fano admin@posta.example Amministrazione --role admin
  fi
  serve node src/main.ts --data "$data" --port "$port" --origin "http://localhost:$port"
  link=$(filiera sign-in-link admin@posta.example | grep -o 'http://[^ ]*/sign-in/[A-Za-z0-9_.-]*')
  # shellcheck disable=SC2016
  cookie=$(node -e '
    const link = process.argv[1];
    const read = (answer) => answer.headers.getSetCookie().map((line) => line.split(";")[0]);
    fetch(link).then(async (page) => {
      const jar = read(page);
      const form = (await page.text()).match(/<form[^>]*action="\/sign-in\/[\s\S]*?<\/form>/)[0];
      const body = new URLSearchParams([...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, k, v]) => [k, v]));
      const origin = new URL(link).origin;
      const done = await fetch(link, { method: "POST", body, redirect: "manual", headers: { cookie: jar.join("; "), origin } });
      const all = new Map([...jar, ...read(done)].map((pair) => [pair.split("=")[0], pair]));
      console.log([...all.values()].join("; "));
    });' "$link")
  curl -sf -o /dev/null -H "Cookie: $cookie" "http://localhost:$port/desk/fano/people"
  "$@"
}

filiera() { node src/cli.ts --data "$work/scan/data" --origin "http://localhost:$port" "$@"; }

# Nothing may be found but the header that told browsers of ten years ago to look for scripts, which we leave out, and the one that
# only an https origin has. Modules that ask strangers on the network stay off.
wapiti_finds_nothing() {
  local start=$1 minutes=$2
  shift 2
  HOME=$work wapiti -u "http://localhost:$port$start" --flush-session --no-bugreport --max-scan-time "$minutes" -f json -o "$work/scan/wapiti.json" \
    "$@" -m csp,http_headers,cookieflags,exec,file,sql,xss,redirect,blindsql,permanentxss,crlf,backup,htaccess
  # shellcheck disable=SC2016
  node -e '
    const { vulnerabilities, anomalies } = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const found = [vulnerabilities, anomalies].flatMap((all) => Object.entries(all)).flatMap(([what, list]) =>
      list.map(({ info, path }) => `${what}: ${info} (${path})`));
    const bad = found.filter((line) => !/(X-XSS-Protection|Strict-Transport-Security) is not set/.test(line));
    console.log(bad.join("\n"));
    process.exit(bad.length === 0 ? 0 : 1);' "$work/scan/wapiti.json"
}

ffuf_finds_nothing() {
  printf '%s\n' .git/config .git/HEAD .env .htaccess .DS_Store admin admin.php backup backup.sql config config.json \
    database.sqlite db.sqlite debug dump.sql filiera.db filiera.sqlite graphql heapdump info.php log logs metrics node_modules \
    openapi.json package.json phpinfo.php server-status src/main.ts static/app.js.map status swagger.json trace users.json \
    actuator/health console secrets/secret >"$work/scan/words"
  ffuf -s -w "$work/scan/words" -u "http://localhost:$port/FUZZ" -mc all -fc 404 >"$work/scan/found"
  cat "$work/scan/found"
  [ ! -s "$work/scan/found" ]
}

# An administrator's pages and forms: what lies below the desk, so that the session is not ended by the way.
wapiti_finds_nothing_inside() {
  wapiti_finds_nothing /desk/fano/people 6 -H "Cookie: $cookie" --scope folder
}

sqlmap_finds_nothing_inside() {
  HOME=$work sqlmap -u "http://localhost:$port/desk/fano/people?find=anna&only=admin&page=1" --cookie "$cookie" --batch --flush-session \
    --disable-coloring --output-dir "$work/scan" >"$work/scan/sqlmap.log" 2>&1
  cat "$work/scan/sqlmap.log"
  grep -q "do not appear to be injectable" "$work/scan/sqlmap.log"
}

sqlmap_finds_nothing() {
  HOME=$work sqlmap -u "http://localhost:$port/sign-in?next=%2Faccount&again=1" --batch --flush-session --disable-coloring \
    --output-dir "$work/scan" >"$work/scan/sqlmap.log" 2>&1
  cat "$work/scan/sqlmap.log"
  grep -q "do not appear to be injectable" "$work/scan/sqlmap.log"
}

# The image runs as uid 1000 and can write nowhere but in /data.
image_runs() {
  local from
  from=$(build from --pull=never localhost/filiera)
  serve buildah --storage-driver vfs --root "$work/store" --runroot "$work/run" run --isolation chroot \
    --env "FILIERA_PORT=$port" --env FILIERA_HOST=127.0.0.1 --env "FILIERA_ORIGIN=http://localhost:$port" "$from" -- \
    /usr/local/bin/node --expose-gc --max-semi-space-size=2 --max-old-space-size=96 /opt/filiera/filiera.mjs
  stop_server
  # shellcheck disable=SC2016
  build run --isolation chroot "$from" -- /usr/local/bin/node -e '
    const { accessSync, constants } = require("node:fs");
    const writable = (path) => { try { accessSync(path, constants.W_OK); return true; } catch { return false; } };
    process.exit(process.getuid() === 1000 && writable("/data") && !writable("/opt/filiera") && !writable("/") ? 0 : 1);'
}

# The archive starts where there is no network at all, and rests in the memory that a small machine has.
archive_runs() {
  mkdir -p "$work/release"
  tar -xzf dist/filiera-*.tar.gz -C "$work/release" --strip-components=1
  ip link set lo up
  cd "$work/release"
  FILIERA_DATA=$work/data FILIERA_PORT=$port FILIERA_ORIGIN=http://localhost:$port \
    serve node --expose-gc --max-semi-space-size=2 --max-old-space-size=96 filiera.mjs
  local kilobytes
  kilobytes=$(awk '/^VmRSS/ { print $2 }' "/proc/$server/status")
  echo "# at rest it holds $((kilobytes / 1000)) MB"
  stop_server
  [ "$kilobytes" -le 150000 ]
}

if [ "${1:-}" = archive_runs ]; then
  trap 'stop_server; finish' EXIT
  archive_runs
  exit
fi

readonly yaml_rules='{extends: default, rules: {line-length: {max: 120}}}'
check "the unit is one that systemd understands" systemd-analyze verify_unit ''
check "a misspelt key in the unit is seen" systemd-analyze refuses verify_unit 's/^UMask/UMaks/'
check "the unit leaves an exposure of 2.5 at most" systemd-analyze exposure ''
check "a unit with its walls taken down is seen" systemd-analyze refuses exposure '/^\(Protect\|Private\|Restrict\|Capab\)/d'
check "the unit of a reader of an index is one that systemd understands" systemd-analyze verify_unit '' filiera-index@
check "the unit of a reader of an index leaves an exposure of 2.5 at most" systemd-analyze exposure '' filiera-index@
check "Caddy accepts its sample" caddy caddy_config ''
check "a misspelt word in the sample for Caddy is seen" caddy refuses caddy_config s/reverse_proxy/reverse_porxy/
check "nginx accepts its sample" nginx nginx_config ''
check "a misspelt word in the sample for nginx is seen" nginx refuses nginx_config s/proxy_pass/proxy_pas/
check "Caddy accepts its sample for readers of an index" caddy caddy_config '' Caddyfile.readers
check "nginx accepts its sample for readers of an index" nginx nginx_config '' nginx-readers.conf
check "C60 nginx passes on the address it sees, not the one it is told" nginx nginx_replaces ''
# shellcheck disable=SC2016
check "an nginx that only adds to what it is told is seen" nginx \
  refuses nginx_replaces 's#For $remote_addr#For $proxy_add_x_forwarded_for#'
scan "C60 testssl.sh finds nothing above a remark in the sample for nginx" testssl tls_holds nginx_tls "-p -s -f -U" ''
scan "C60 testssl.sh finds nothing above a remark in the sample for Caddy" testssl tls_holds caddy_tls "-p -s -f -U" ''
scan "a sample for nginx that still speaks TLS 1.0 is seen" testssl refuses tls_holds nginx_tls -p 's#TLSv1.2 TLSv1.3#TLSv1 TLSv1.2#'
check "C60 Caddy passes on the address it sees, not the one it is told" caddy caddy_replaces
scan "C59 wapiti finds nothing that a stranger can do" wapiti scan_with wapiti_finds_nothing / 2
scan "C59 wapiti finds nothing at an administrator's desk" wapiti scan_with wapiti_finds_nothing_inside
scan "C59 ffuf finds no file that is nobody's business" ffuf scan_with ffuf_finds_nothing
scan "C59 sqlmap finds nothing to inject into" sqlmap scan_with sqlmap_finds_nothing
scan "C59 sqlmap finds nothing to inject into at a desk" sqlmap scan_with sqlmap_finds_nothing_inside
check "the compose file is tidy YAML" yamllint yamllint --strict -d "$yaml_rules" deploy/compose.yaml
check "the scripts hold what shellcheck asks" shellcheck shellcheck deploy/verify.sh .ci/run
check "the image builds and has 200 MB at most" buildah image
check "the image runs as an ordinary user and answers" buildah image_runs
[ -n "$(compgen -G 'dist/filiera-*.tar.gz')" ] || npm run release >/dev/null
check "the release starts without a network and rests below 150 MB" unshare unshare --net "$home/deploy/verify.sh" archive_runs

echo "1..$total"
counts="total: $total, pass: $pass"
[ "$fail" -eq 0 ] || counts+=", fail: $fail"
[ "$skip" -eq 0 ] || counts+=", skip: $skip"
echo "# { $counts }"
[ "$fail" -eq 0 ]
