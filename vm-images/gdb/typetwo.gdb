# SPDX-License-Identifier: GPL-2.0-only
# typetwo.gdb - what `make gdb` knows of the four characters.
#
#   layer                 which of them the CPU is in: Host, Monitor, Guest kernel, Guest application
#   application FILE      symbols of a program of the Linux guest; addresses may mean something
#                         else in other processes, so check with `layer` where you are
#
# To be read when the Host kernel's symbols are loaded, and before the guest's: who runs is read from
# the Host's current task, and the Linux guest has a struct task_struct of its own.

set pagination off
set confirm off
set print pretty on

set $tt_current = (unsigned int)&current_task
set $tt_comm = (unsigned int)&((struct task_struct *)0)->comm

define layer
  if ($cs & 3) == 0
    echo Host\n
  else
    set $tt_name = (char *)(*(unsigned int *)$tt_current + $tt_comm)
    if $_streq($tt_name, "guest-machine")
      if $eip >= 0xbff00000
        echo Monitor\n
      else
        if $eip >= 0x70000000
          echo Guest kernel\n
        else
          echo Guest application\n
        end
      end
    else
      if $_streq($tt_name, "vmm")
        echo Monitor\n
      else
        printf "Host (its process %s)\n", $tt_name
      end
    end
  end
end
document layer
Say which of the four characters the CPU is in.
end

define application
  add-symbol-file $arg0
end
document application
Load the symbols of a Linux guest's program: application FILE
end
