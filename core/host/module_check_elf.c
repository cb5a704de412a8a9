/* SPDX-License-Identifier: MIT */
#include "module_check_elf.h"

#include <string.h>

#include "mtkscan/bytes.h"

/* What this program was built for. */
#if defined(__x86_64__)
#define MACHINE EM_X86_64
#elif defined(__aarch64__)
#define MACHINE EM_AARCH64
#elif defined(__i386__)
#define MACHINE EM_386
#elif defined(__arm__)
#define MACHINE EM_ARM
#elif defined(__riscv)
#define MACHINE EM_RISCV
#else
#define MACHINE EM_NONE /* not known: the dynamic linker will tell */
#endif

#define CLASS (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define ORDER ELFDATA2LSB
#else
#define ORDER ELFDATA2MSB
#endif

static bool copy(const struct mtks_elf *elf, uint64_t offset, void *to, size_t length)
{
    if (!mtkscan_inside(offset, length, elf->size))
        return false;
    memcpy(to, elf->bytes + offset, length);
    return true;
}

const char *mtks_elf_open(struct mtks_elf *elf, const uint8_t *bytes, uint64_t size)
{
    ElfW(Ehdr) head;
    uint64_t end = 0;
    *elf = (struct mtks_elf){.bytes = bytes, .size = size};
    if (!copy(elf, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0)
        return "is no ELF file";
    if (head.e_ident[EI_CLASS] != CLASS || head.e_ident[EI_DATA] != ORDER ||
        (MACHINE != EM_NONE && head.e_machine != MACHINE))
        return "is built for another machine";
    if (head.e_type != ET_DYN)
        return "is an ELF file, but no shared object";
    uint64_t length = head.e_shnum * (uint64_t)sizeof(ElfW(Shdr));
    if (head.e_shnum == 0 || head.e_shentsize != sizeof(ElfW(Shdr)) ||
        !mtkscan_add(head.e_shoff, length, &end) || end > size)
        return "has no section table, so that it is cut or was stripped too far";
    elf->sections = head.e_shoff;
    elf->count = head.e_shnum;
    elf->names = head.e_shstrndx;
    return NULL;
}

bool mtks_elf_section(const struct mtks_elf *elf, uint32_t number, ElfW(Shdr) * section)
{
    return number < elf->count &&
           copy(elf, elf->sections + number * (uint64_t)sizeof *section, section, sizeof *section);
}

bool mtks_elf_find(const struct mtks_elf *elf, uint32_t type, ElfW(Shdr) * section)
{
    for (uint32_t i = 0; mtks_elf_section(elf, i, section); i++)
        if (section->sh_type == type)
            return true;
    return false;
}

/* A text of a string table, up to its NUL, the table's end or the room. */
static void copy_text(const struct mtks_elf *elf, uint32_t table, uint64_t at,
                      char name[MTKS_ELF_NAME])
{
    ElfW(Shdr) strings;
    name[0] = 0;
    if (!mtks_elf_section(elf, table, &strings) || strings.sh_type != SHT_STRTAB ||
        !mtkscan_inside(strings.sh_offset, strings.sh_size, elf->size) || at >= strings.sh_size)
        return;
    uint64_t left = strings.sh_size - at;
    const char *text = (const char *)elf->bytes + strings.sh_offset + at;
    size_t length = strnlen(text, left < MTKS_ELF_NAME ? (size_t)left : MTKS_ELF_NAME - 1);
    memcpy(name, text, length);
    name[length] = 0;
}

void mtks_elf_section_name(const struct mtks_elf *elf, const ElfW(Shdr) * section,
                           char name[MTKS_ELF_NAME])
{
    copy_text(elf, elf->names, section->sh_name, name);
}

bool mtks_elf_symbol(const struct mtks_elf *elf, const ElfW(Shdr) * table, uint64_t number,
                     ElfW(Sym) * symbol, char name[MTKS_ELF_NAME])
{
    if (!mtkscan_inside(table->sh_offset, table->sh_size, elf->size) ||
        number >= table->sh_size / sizeof *symbol ||
        !copy(elf, table->sh_offset + number * sizeof *symbol, symbol, sizeof *symbol))
        return false;
    copy_text(elf, table->sh_link, symbol->st_name, name);
    return true;
}
