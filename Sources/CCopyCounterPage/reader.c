#include "copy_counter_layout.h"

_Static_assert(sizeof(struct copy_counter_counts) % sizeof(uint64_t) == 0, "counts are words");
enum { words = sizeof(struct copy_counter_counts) / sizeof(uint64_t) };

size_t copy_counter_page_size(void)
{
    return sizeof(struct copy_counter_page);
}

uint32_t copy_counter_slot_count(const struct copy_counter_page *page)
{
    if (__atomic_load_n(&page->magic, __ATOMIC_ACQUIRE) != COPY_COUNTER_MAGIC)
        return 0;
    uint64_t taken = __atomic_load_n(&page->slots_taken, __ATOMIC_ACQUIRE);
    return taken < COPY_COUNTER_SLOTS ? (uint32_t)taken : COPY_COUNTER_SLOTS;
}

int64_t copy_counter_read(const struct copy_counter_page *page, uint32_t slot, struct copy_counter_counts *into)
{
    const struct copy_counter_slot *from = &page->slots[slot];
    for (int i = 0; i < words; i++)
        ((uint64_t *)into)[i] = __atomic_load_n((const uint64_t *)&from->counts + i, __ATOMIC_RELAXED);
    return __atomic_load_n(&from->thread, __ATOMIC_RELAXED);
}
