# SPDX-License-Identifier: GPL-2.0-only
# typetwo.gdb - what `make gdb` knows of the four characters.
#
#   layer                 which of them the CPU is in: Host, Monitor, Guest kernel, Guest application
#   monitor-module FILE   from labs 2 on: run until the Host loads the module, and get its symbols
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

# Where the module's code is; nowhere in lab 1.
set $tt_module = 0
set $tt_module_end = 0

define layer
  if ($cs & 3) == 0
    if $eip >= $tt_module && $eip < $tt_module_end
      echo Monitor\n
    else
      echo Host\n
    end
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
      if $_streq($tt_name, "vmm") && $tt_module == 0
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

# The Host has put the module's sections where they will be, and not run anything of it yet.
define monitor-module
  tbreak do_init_module
  continue
  set $tt_module = (unsigned int)mod->core_layout.base
  set $tt_module_end = $tt_module + mod->core_layout.text_size
  set $tt_text = 0
  set $tt_data = 0
  set $tt_bss = 0
  set $tt_rodata = 0
  set $tt_i = 0
  while $tt_i < mod->sect_attrs->nsections
    set $tt_section = mod->sect_attrs->attrs[$tt_i]
    if $_streq($tt_section.battr.attr.name, ".text")
      set $tt_text = $tt_section.address
    end
    if $_streq($tt_section.battr.attr.name, ".data")
      set $tt_data = $tt_section.address
    end
    if $_streq($tt_section.battr.attr.name, ".rodata")
      set $tt_rodata = $tt_section.address
    end
    if $_streq($tt_section.battr.attr.name, ".bss")
      set $tt_bss = $tt_section.address
    end
    set $tt_i = $tt_i + 1
  end
  add-symbol-file $arg0 $tt_text -s .data $tt_data -s .bss $tt_bss -s .rodata $tt_rodata
end
document monitor-module
Run until the Host loads the Monitor's module, and load its symbols: monitor-module FILE
end

define application
  add-symbol-file $arg0
end
document application
Load the symbols of a Linux guest's program: application FILE
end
