#!/usr/bin/env bash
# Runs an OpenLDAP server with a small company in FOLDER until it is killed:
#   slapd.sh FOLDER PORT TLS_PORT      ldap:// on PORT (with StartTLS), ldaps:// on TLS_PORT, both on 127.0.0.1
# FOLDER/ca.pem is the certificate to trust. Passwords are "<uid>-secret"; the service's account is
# cn=service,dc=cedar,dc=example with the password "service-secret".
set -euo pipefail
folder=$1 port=$2 tls_port=$3
mkdir -p "$folder/data"
cd "$folder"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Test authority" -keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr 2>/dev/null
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
  -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost') 2>/dev/null

cat >slapd.conf <<CONF
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile $folder/slapd.pid
argsfile $folder/slapd.args
TLSCACertificateFile $folder/ca.pem
TLSCertificateFile $folder/server.pem
TLSCertificateKeyFile $folder/server.key
password-hash {CLEARTEXT}
authz-regexp uid=([^,]*),cn=digest-md5,cn=auth uid=\$1,ou=people,dc=cedar,dc=example
database mdb
suffix "dc=cedar,dc=example"
rootdn "cn=admin,dc=cedar,dc=example"
rootpw admin-secret
directory $folder/data
maxsize 16777216
sizelimit size.soft=2000 size.hard=2000 size.pr=500 size.prtotal=unlimited
access to attrs=userPassword by anonymous auth by self read by * none
access to dn.base="" by * read
access to dn.subtree="ou=people,dc=cedar,dc=example" by dn.exact="cn=service,dc=cedar,dc=example" read by users read by anonymous auth
access to * by users read by anonymous auth
overlay memberof
CONF

person() { # uid, first name, last name, mail, further lines
  cat <<LDIF

dn: uid=$1,ou=people,dc=cedar,dc=example
objectClass: inetOrgPerson
uid: $1
cn: $2 $3
givenName: $2
sn: $3
mail: $4${5:+
$5}
userPassword: $1-secret
LDIF
}
group() { # cn, members
  local name=$1
  shift
  printf '\ndn: cn=%s,ou=groups,dc=cedar,dc=example\nobjectClass: groupOfNames\ncn: %s\n' "$name" "$name"
  printf 'member: uid=%s,ou=people,dc=cedar,dc=example\n' "$@"
}
{
  cat <<'LDIF'
dn: dc=cedar,dc=example
objectClass: dcObject
objectClass: organization
dc: cedar
o: Cedar

dn: cn=service,dc=cedar,dc=example
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: service
userPassword: service-secret

dn: ou=people,dc=cedar,dc=example
objectClass: organizationalUnit
ou: people

dn: ou=groups,dc=cedar,dc=example
objectClass: organizationalUnit
ou: groups

dn: ou=many,dc=cedar,dc=example
objectClass: organizationalUnit
ou: many
LDIF
  person lena Lena Berg Lena.Berg@cedar.example $'mail: lena@cedar.example\ntelephoneNumber: 17\njpegPhoto:: /9j/4AAQ'
  person omar Omar "Ünal" omar@cedar.example
  person twin1 Tim Twin twin@cedar.example
  person twin2 Tom Twin twin@cedar.example
  person 'odd*(name)' Odd Name odd@cedar.example
  cat <<'LDIF'

dn: uid=nomail,ou=people,dc=cedar,dc=example
objectClass: inetOrgPerson
uid: nomail
cn: No Mail
sn: Mail
userPassword: nomail-secret
LDIF
  for number in $(seq 1 1200); do
    printf '\ndn: cn=entry%s,ou=many,dc=cedar,dc=example\nobjectClass: organizationalRole\ncn: entry%s\n' "$number" "$number"
  done
} >people.ldif
{
  group Sales lena omar
  group Managers lena
} >groups.ldif

slapadd() { /usr/sbin/slapd -T add -f slapd.conf -q "$@" >slapadd.log 2>&1; }
slapadd -l people.ldif || { cat slapadd.log >&2; exit 1; }
# memberOf is kept by the overlay for what comes through the server.
(
  for _ in $(seq 1 200); do
    ldapadd -x -H "ldap://127.0.0.1:$port" -D cn=admin,dc=cedar,dc=example -w admin-secret -f groups.ldif >ldapadd.log 2>&1 &&
      touch ready && break
    sleep 0.05
  done
) &
exec /usr/sbin/slapd -f slapd.conf -h "ldap://127.0.0.1:$port/ ldaps://127.0.0.1:$tls_port/" -d 0 >slapd.log 2>&1
