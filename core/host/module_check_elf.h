/* SPDX-License-Identifier: MIT */
/*
 * Reads the sections and symbols of an ELF file in memory that may be hostile: every access is
 * bounded, and none is kept as a pointer into the file but names. Its own reader of the system's
 * <elf.h>, as a library would cost each start of the program more than these few lines do here.
 * [thread: any]
 */
#ifndef MTKSCAN_HOST_MODULE_CHECK_ELF_H
#define MTKSCAN_HOST_MODULE_CHECK_ELF_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#define MTKS_ELF_NAME 128u /* bytes of a name, with its NUL; what is longer is cut */

struct mtks_elf {
    const uint8_t *bytes; /* [owner: caller] */
    uint64_t size;
    uint64_t sections; /* offset of the table */
    uint32_t count;    /* of its entries */
    uint32_t names;    /* the section that names them */
};

/* NULL, or why the bytes are no shared object for this machine, as the end of a sentence. */
const char *mtks_elf_open(struct mtks_elf *elf, const uint8_t *bytes, uint64_t size);

/* A section by its number; false beyond the last. */
bool mtks_elf_section(const struct mtks_elf *elf, uint32_t number, ElfW(Shdr) * section);

/* The first section of a type (SHT_*); false when there is none. */
bool mtks_elf_find(const struct mtks_elf *elf, uint32_t type, ElfW(Shdr) * section);

/* The name of a section; "" when it has none. */
void mtks_elf_section_name(const struct mtks_elf *elf, const ElfW(Shdr) * section,
                           char name[MTKS_ELF_NAME]);

/* One symbol of a table (SHT_DYNSYM, SHT_SYMTAB) with its name; false past the last that lies in
 * the file. Symbol 0 means nothing. */
bool mtks_elf_symbol(const struct mtks_elf *elf, const ElfW(Shdr) * table, uint64_t number,
                     ElfW(Sym) * symbol, char name[MTKS_ELF_NAME]);

#endif
