# What ssh is between machines: runs a command on a machine of _machines.sh, under a host name of its own, by
# which Open MPI also names the folder of its files.
#
# sh _machine_shell.sh ADDRESS COMMAND...
address=$1
shift
exec nsenter --net=/run/netns/$address unshare --uts sh -c "hostname machine-$(echo $address | tr . -); $*"
