#!/bin/sh
# Aegis' restore_command. usage: restore_wal.sh <name> <where to>; PostgreSQL calls it in its data directory.
#
# ends with  0  the file is in place
#            1  it is proved that there is no such file: PostgreSQL may take this for the end of the log
#          255  anything else: PostgreSQL stops, and recovery goes on when it is started again
spool=aegis/spool
patience=@PATIENCE@
name=$1
target=$2

give_up() {
  echo "aegis: $name: $1" >&2
  exit 255
}

[ $# = 2 ] || give_up "called with $# arguments instead of 2"
read -r postmaster <postmaster.pid || give_up "not called in the data directory of a running server"
began=$(date +%s)
while :; do
  # Whoever outlives his server must not take a file that the next one waits for.
  kill -0 "$postmaster" 2>/dev/null || give_up "its server has ended"
  [ -e "$spool/want/$name" ] || { true >"$spool/want/$name"; } 2>/dev/null
  if [ -f "$spool/ready/$name" ]; then
    mv -f "$spool/ready/$name" "$target" && exit 0
  elif [ -f "$spool/absent/$name" ]; then
    exit 1
  fi
  [ $(($(date +%s) - began)) -lt "$patience" ] ||
    give_up "nobody brought it within $patience s; is 'aegis recover' or 'aegis resume' running?"
  sleep 0.05 2>/dev/null || sleep 1
done
