// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Guest kernel's access to guest user memory: find the page in the process's page tables, and
 * use it at its place in the linear mapping of RAM.  What the Monitor has mapped plays no part, and
 * no access can fault.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <asm/futex.h>
#include <asm/typetwo.h>
#include <asm/walk.h>

/* Not there, or not so: serve the fault as if the process had touched it. */
static noinline pte_t *fault_in(unsigned long address, bool write)
{
	struct mm_struct *mm = current->mm;
	pte_t *pte;

	do
		if (!mm || tt_fault(mm, address, write))
			return NULL;
	while (!(pte = walk(mm, address, write)));
	return pte;
}

static __always_inline void *user_byte(unsigned long address, bool write)
{
	struct mm_struct *mm = current->mm;
	pte_t *pte = likely(mm) ? walk(mm, address, write) : NULL;

	if (unlikely(!pte) && !(pte = fault_in(address, write)))
		return NULL;
	return __va(pte_val(*pte) & PAGE_MASK) + (address & ~PAGE_MASK);
}

void *tt_user_byte(unsigned long address, bool write)
{
	return user_byte(address, write);
}

static __always_inline unsigned long to_page_end(unsigned long address, unsigned long n)
{
	return min(n, PAGE_SIZE - (address & ~PAGE_MASK));
}

/* One word in one page is what is read and written most. */
int tt_get_word(u32 *to, const void __user *from)
{
	u32 *word;

	if (unlikely(((unsigned long)from & ~PAGE_MASK) > PAGE_SIZE - sizeof(*to)))
		return raw_copy_from_user(to, from, sizeof(*to)) ? -EFAULT : 0;
	word = user_byte((unsigned long)from, false);
	if (unlikely(!word))
		return -EFAULT;
	*to = *word;
	return 0;
}
EXPORT_SYMBOL(tt_get_word);

int tt_put_word(void __user *to, u32 value)
{
	u32 *word;

	if (unlikely(((unsigned long)to & ~PAGE_MASK) > PAGE_SIZE - sizeof(value)))
		return raw_copy_to_user(to, &value, sizeof(value)) ? -EFAULT : 0;
	word = user_byte((unsigned long)to, true);
	if (unlikely(!word))
		return -EFAULT;
	*word = value;
	return 0;
}
EXPORT_SYMBOL(tt_put_word);

unsigned long raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	unsigned long address = (unsigned long)from, part;

	for (; n; n -= part, address += part, to += part) {
		void *page = user_byte(address, false);

		if (!page)
			break;
		part = to_page_end(address, n);
		memcpy(to, page, part);
	}
	return n;
}
EXPORT_SYMBOL(raw_copy_from_user);

unsigned long raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	unsigned long address = (unsigned long)to, part;

	for (; n; n -= part, address += part, from += part) {
		void *page = user_byte(address, true);

		if (!page)
			break;
		part = to_page_end(address, n);
		memcpy(page, from, part);
	}
	return n;
}
EXPORT_SYMBOL(raw_copy_to_user);

unsigned long __clear_user(void __user *to, unsigned long n)
{
	unsigned long address = (unsigned long)to, part;

	for (; n; n -= part, address += part) {
		void *page = user_byte(address, true);

		if (!page)
			break;
		part = to_page_end(address, n);
		memset(page, 0, part);
	}
	return n;
}
EXPORT_SYMBOL(__clear_user);

long strncpy_from_user(char *to, const char __user *from, long count)
{
	unsigned long address = (unsigned long)from, part, length;
	long done = 0;

	if (!access_ok(from, 1))
		return -EFAULT;
	while (done < count) {
		char *page = user_byte(address, false);

		if (!page)
			return -EFAULT;
		part = to_page_end(address, count - done);
		length = strnlen(page, part);
		memcpy(to + done, page, length);
		done += length;
		if (length < part) {
			to[done] = 0;
			return done;
		}
		address += part;
	}
	return done;
}
EXPORT_SYMBOL(strncpy_from_user);

/* With the NUL; more than count if there is none. */
long strnlen_user(const char __user *string, long count)
{
	unsigned long address = (unsigned long)string, part, length;
	long done = 0;

	if (!access_ok(string, 1))
		return 0;
	while (done < count) {
		char *page = user_byte(address, false);

		if (!page)
			return 0;
		part = to_page_end(address, count - done);
		length = strnlen(page, part);
		done += length;
		if (length < part)
			return done + 1;
		address += part;
	}
	return count + 1;
}
EXPORT_SYMBOL(strnlen_user);

/* One CPU and no preemption: nothing comes between, so plain reads and writes are atomic. */
int arch_futex_atomic_op_inuser(int op, u32 oparg, int *oval, u32 __user *uaddr)
{
	u32 *word;

	if (!access_ok(uaddr, sizeof(*uaddr)))
		return -EFAULT;
	pagefault_disable();
	word = user_byte((unsigned long)uaddr, true);
	pagefault_enable();
	if (!word)
		return -EFAULT;
	*oval = *word;
	switch (op) {
	case FUTEX_OP_SET:
		*word = oparg;
		return 0;
	case FUTEX_OP_ADD:
		*word += oparg;
		return 0;
	case FUTEX_OP_OR:
		*word |= oparg;
		return 0;
	case FUTEX_OP_ANDN:
		*word &= ~oparg;
		return 0;
	case FUTEX_OP_XOR:
		*word ^= oparg;
		return 0;
	}
	return -ENOSYS;
}

int futex_atomic_cmpxchg_inatomic(u32 *uval, u32 __user *uaddr, u32 oldval, u32 newval)
{
	u32 *word;

	if (!access_ok(uaddr, sizeof(*uaddr)))
		return -EFAULT;
	pagefault_disable();
	word = user_byte((unsigned long)uaddr, true);
	pagefault_enable();
	if (!word)
		return -EFAULT;
	*uval = *word;
	if (*word == oldval)
		*word = newval;
	return 0;
}
