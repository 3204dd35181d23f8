# Machines in this one: network namespaces with the addresses 10.42.0.1, 10.42.0.2, ..., joined by a bridge, on which this
# script's namespace has 10.42.0.254. Runs a command there; then writes what the machines sent and received.
#
# unshare --map-root-user --net --mount --uts sh _machines.sh MACHINES BYTES_FILE COMMAND...
set -e
machines=$1
bytes=$2
shift 2
mount -t tmpfs machines /run # where `ip` keeps namespaces by name
mkdir /run/netns
ip link set lo up
ip link add hub type bridge
ip addr add 10.42.0.254/24 dev hub
ip link set hub up
for number in $(seq "$machines"); do
  address=10.42.0.$number
  ip netns add $address
  ip link add port$number type veth peer name eth0 netns $address
  ip link set port$number master hub up
  nsenter --net=/run/netns/$address \
    sh -c "ip link set lo up; ip addr add $address/24 dev eth0; ip link set eth0 up"
done
status=0
"$@" || status=$?
ip -json -stats link show type veth > "$bytes"
exit $status
