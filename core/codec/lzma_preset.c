/* SPDX-License-Identifier: MIT */
/*
 * LZMA whose window goes on from a preset (FORMAT.md 5.5). The window is the output itself, with
 * the preset thought before it; so nothing is copied but what a match asks for.
 */
#include "lzma.h"

#include <string.h>

#include "lzma_walk.h"
#include "mtkscan/bytes.h"

#define STATES         12u
#define LITERAL_STATES 7u /* states below follow a literal */
#define POS_STATES     16u
#define LEN_LOW        8u
#define LEN_HIGH       256u
#define LEN_MIN        2u
#define LEN_STATES     4u /* lengths that choose the tree of the distance slot */
#define SLOTS          64u
#define SLOT_MODEL     4u  /* slots from here on have further bits ... */
#define SLOT_DIRECT    14u /* ... and from here on such as no model predicts */
#define ALIGN_BITS     4u
#define FULL_DISTANCES 128u
#define LITERAL_PROBS  0x300u
#define LITERAL_CODERS 16u /* 2^(lc + lp) at most */

#define PROB_BITS  11u
#define PROB_INIT  (1u << (PROB_BITS - 1))
#define PROB_SHIFT 5u
#define RANGE_TOP  (UINT32_C(1) << 24)
#define CODER_HEAD 5u /* a byte 0 and the first code */

/* No symbol takes more input: 22 modelled bits of at most 6.1 bits each, and 26 direct ones. */
#define SYMBOL_INPUT   20u
#define CHUNK          (1u << 20) /* bytes of output between two reports of progress */
#define DISTANCE_MAX   UINT32_MAX /* the end marker's */
#define DICTIONARY_MIN 4096u
#define WIDE           16u /* bytes copied at a time */

typedef uint16_t prob;

struct lengths {
    prob choice[2];
    prob low[POS_STATES][LEN_LOW];
    prob middle[POS_STATES][LEN_LOW];
    prob high[LEN_HIGH];
};

/* All probabilities; a model is an array of them, so one loop resets all. */
struct models {
    prob match[STATES][POS_STATES];
    prob rep[STATES], rep0[STATES], rep1[STATES], rep2[STATES];
    prob rep0_long[STATES][POS_STATES];
    prob slots[LEN_STATES][SLOTS];
    prob distances[FULL_DISTANCES];
    prob align[1u << ALIGN_BITS];
    struct lengths match_len, rep_len;
    prob literals[LITERAL_CODERS * LITERAL_PROBS];
};

struct mtks_lzma_work {
    struct models models;
    uint8_t tail[2 * SYMBOL_INPUT]; /* the last input bytes, and zeros behind them */
};

struct coder {
    uint32_t range, code;
    const uint8_t *in;
};

struct window {
    const uint8_t *preset;
    uint64_t preset_length;
    uint8_t *output;
    uint64_t position, size;
    uint64_t dictionary; /* the longest distance */
};

struct decoder {
    struct models *models;
    struct coder coder;
    const uint8_t *guard; /* with `in` up to here, one more symbol can be read */
    struct window window;
    uint32_t lc, lp_mask, pb_mask;
    uint32_t state;
    uint32_t reps[4]; /* distance - 1 */
};

/* Where the input is read from: the caller's bytes, and near their end a copy. */
struct input {
    const uint8_t *begin, *end;
    uint64_t before; /* bytes of input in front of `begin` */
    uint8_t *tail;
    bool on_tail;
};

#define INLINE static inline __attribute__((always_inline))

INLINE void normalise(struct coder *coder)
{
    if (coder->range < RANGE_TOP) {
        coder->range <<= 8;
        coder->code = coder->code << 8 | *coder->in++;
    }
}

/* A bit that is easy to predict, as the choice between kinds of symbols. */
INLINE uint32_t bit(struct coder *coder, prob *model)
{
    normalise(coder);
    const uint32_t value = *model;
    const uint32_t bound = (coder->range >> PROB_BITS) * value;
    if (coder->code < bound) {
        coder->range = bound;
        *model = (prob)(value + (((1u << PROB_BITS) - value) >> PROB_SHIFT));
        return 0;
    }
    coder->range -= bound;
    coder->code -= bound;
    *model = (prob)(value - (value >> PROB_SHIFT));
    return 1;
}

/* `count` bits of a tree, most significant first; the result has a 1 in front. */
INLINE uint32_t tree(struct coder *coder, prob *models, uint32_t count)
{
    uint32_t symbol = 1;
    for (uint32_t i = 0; i < count; i++)
        symbol = symbol << 1 | bit(coder, &models[symbol]);
    return symbol;
}

/* The same, least significant first, without the 1. */
INLINE uint32_t reverse_tree(struct coder *coder, prob *models, uint32_t count)
{
    uint32_t symbol = 1, value = 0;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t next = bit(coder, &models[symbol]);
        symbol = symbol << 1 | next;
        value |= next << i;
    }
    return value;
}

INLINE uint32_t direct_bits(struct coder *coder, uint32_t count)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < count; i++) {
        normalise(coder);
        coder->range >>= 1;
        const uint32_t next = coder->code >= coder->range ? 1 : 0;
        coder->code -= coder->range & (0u - next);
        value = value << 1 | next;
    }
    return value;
}

INLINE uint32_t length_read(struct coder *coder, struct lengths *lengths, uint32_t pos_state)
{
    if (!bit(coder, &lengths->choice[0]))
        return LEN_MIN + tree(coder, lengths->low[pos_state], 3) - LEN_LOW;
    if (!bit(coder, &lengths->choice[1]))
        return LEN_MIN + tree(coder, lengths->middle[pos_state], 3);
    return LEN_MIN + LEN_LOW + LEN_LOW + tree(coder, lengths->high, 8) - LEN_HIGH;
}

INLINE uint32_t distance_read(struct coder *coder, struct models *models, uint32_t length)
{
    const uint32_t of = length - LEN_MIN < LEN_STATES ? length - LEN_MIN : LEN_STATES - 1;
    const uint32_t slot = tree(coder, models->slots[of], 6) - SLOTS;
    if (slot < SLOT_MODEL)
        return slot;
    const uint32_t bits = (slot >> 1) - 1;
    const uint32_t base = (2 | (slot & 1)) << bits;
    /* The models of all slots share one array: the one of a slot begins at base - slot. */
    if (slot < SLOT_DIRECT)
        return base + reverse_tree(coder, models->distances + base - slot, bits);
    const uint32_t high = direct_bits(coder, bits - ALIGN_BITS) << ALIGN_BITS;
    return base + high + reverse_tree(coder, models->align, ALIGN_BITS);
}

/* The byte `distance` + 1 before the next one. The caller has checked that there is one. */
INLINE uint8_t window_byte(const struct window *window, uint32_t distance)
{
    const uint64_t back = (uint64_t)distance + 1;
    return back <= window->position
               ? window->output[window->position - back]
               : window->preset[window->preset_length - (back - window->position)];
}

INLINE bool window_reaches(const struct window *window, uint32_t distance)
{
    return distance < window->dictionary && distance < window->position + window->preset_length;
}

/* Copies a match that begins in the preset; it may go on into the output. It takes values, so that
 * the decoder's own can stay in registers. */
static void preset_copy(const uint8_t *from, uint64_t there, uint8_t *output, uint64_t position,
                        uint32_t length)
{
    const uint64_t first = there < length ? there : length;
    memcpy(output + position, from, first);
    for (uint64_t i = 0; first + i < length; i++)
        output[position + first + i] = output[i];
}

INLINE void window_copy(struct window *window, uint32_t distance, uint32_t length)
{
    const uint64_t back = (uint64_t)distance + 1;
    if (back > window->position) {
        const uint64_t there = back - window->position;
        preset_copy(window->preset + (window->preset_length - there), there, window->output,
                    window->position, length);
        window->position += length;
        return;
    }
    uint8_t *to = window->output + window->position;
    const uint8_t *from = to - back;
    const uint64_t room = window->size - window->position;
    window->position += length;
    if (back >= WIDE && room >= length + WIDE) {
        for (uint32_t i = 0; i < length; i += WIDE)
            memcpy(to + i, from + i, WIDE);
        return;
    }
    for (uint32_t i = 0; i < length; i++)
        to[i] = from[i];
}

INLINE void literal_read(struct decoder *decoder, struct coder *coder, struct window *window)
{
    const uint64_t position = window->position;
    const uint32_t before = position ? window->output[position - 1] : 0;
    const uint32_t of =
        (((uint32_t)position & decoder->lp_mask) << decoder->lc) + (before >> (8 - decoder->lc));
    prob *models = decoder->models->literals + (size_t)LITERAL_PROBS * of;
    uint32_t symbol = 1;
    if (decoder->state < LITERAL_STATES) {
        symbol = tree(coder, models, 8);
    } else {
        /* The byte after the last match is unlike the one that followed its source. */
        uint32_t match = window_byte(window, decoder->reps[0]), offset = 0x100;
        for (uint32_t i = 0; i < 8; i++) {
            match <<= 1;
            const uint32_t expected = match & offset;
            const uint32_t next = bit(coder, &models[offset + expected + symbol]);
            symbol = symbol << 1 | next;
            offset &= next ? expected : ~expected;
        }
    }
    window->output[window->position++] = (uint8_t)symbol;
    static const uint8_t after[STATES] = {0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5};
    decoder->state = after[decoder->state];
}

/* A match with a distance of its own, or one of the last four. Returns its length: 1 for a single
 * byte, 0 for the end marker. */
INLINE uint32_t match_read(struct decoder *decoder, struct coder *coder, uint32_t pos_state)
{
    struct models *models = decoder->models;
    uint32_t *reps = decoder->reps;
    const uint32_t state = decoder->state;
    const bool after_literal = state < LITERAL_STATES;
    uint32_t chosen;
    if (!bit(coder, &models->rep[state])) {
        const uint32_t length = length_read(coder, &models->match_len, pos_state);
        reps[3] = reps[2], reps[2] = reps[1], reps[1] = reps[0];
        reps[0] = distance_read(coder, models, length);
        decoder->state = after_literal ? 7 : 10;
        return reps[0] == DISTANCE_MAX ? 0 : length;
    }
    if (!bit(coder, &models->rep0[state])) {
        if (!bit(coder, &models->rep0_long[state][pos_state])) {
            decoder->state = after_literal ? 9 : 11;
            return 1;
        }
    } else {
        if (!bit(coder, &models->rep1[state])) {
            chosen = reps[1];
        } else {
            const bool third = !bit(coder, &models->rep2[state]);
            chosen = third ? reps[2] : reps[3];
            reps[3] = third ? reps[3] : reps[2];
            reps[2] = reps[1];
        }
        reps[1] = reps[0];
        reps[0] = chosen;
    }
    decoder->state = after_literal ? 8 : 11;
    return length_read(coder, &models->rep_len, pos_state);
}

/*
 * Decodes up to `stop` bytes of output, or until the input has to be extended. All of the decoder
 * is a local here, so that the compiler can keep what is hot in registers.
 */
static enum mtks_lzma_fault symbols_decode(struct decoder *shared, uint64_t stop)
{
    struct decoder decoder = *shared;
    struct coder *coder = &decoder.coder;
    struct window *window = &decoder.window;
    enum mtks_lzma_fault fault = MTKS_LZMA_SOUND;
    while (window->position < stop && coder->in <= decoder.guard) {
        const uint32_t pos_state = (uint32_t)window->position & decoder.pb_mask;
        if (!bit(coder, &decoder.models->match[decoder.state][pos_state])) {
            literal_read(&decoder, coder, window);
            continue;
        }
        const uint32_t length = match_read(&decoder, coder, pos_state);
        if (length == 0) {
            fault = MTKS_LZMA_END_MARKER;
            break;
        }
        if (!window_reaches(window, decoder.reps[0]) || length > window->size - window->position) {
            fault = MTKS_LZMA_BAD_MATCH;
            break;
        }
        window_copy(window, decoder.reps[0], length);
    }
    *shared = decoder;
    return fault;
}

/* The input runs out: goes on in a copy of its end with zeros behind. False at the true end. */
static bool input_extend(struct input *input, struct decoder *decoder)
{
    if (input->on_tail)
        return false;
    const uint8_t *in = decoder->coder.in;
    const size_t left = (size_t)(input->end - in);
    memset(input->tail, 0, 2 * (size_t)SYMBOL_INPUT);
    memcpy(input->tail, in, left);
    input->before += (uint64_t)(in - input->begin);
    input->begin = decoder->coder.in = input->tail;
    input->end = decoder->guard = input->tail + left;
    input->on_tail = true;
    return true;
}

static void models_reset(struct models *models)
{
    prob *all = (prob *)models;
    for (size_t i = 0; i < sizeof *models / sizeof *all; i++)
        all[i] = PROB_INIT;
}

/* All output is made: how the range coder and the input end. */
static enum mtks_lzma_fault stream_end(struct decoder *decoder, const struct input *input)
{
    struct coder *coder = &decoder->coder;
    if (coder->in > input->end || (coder->in == input->end && coder->range < RANGE_TOP))
        return MTKS_LZMA_CUT;
    normalise(coder);
    if (coder->code != 0)
        return MTKS_LZMA_BAD_END;
    return coder->in < input->end ? MTKS_LZMA_TRAILING : MTKS_LZMA_SOUND;
}

/* All output and the coder's end. MTKSCAN_DONE also when there is a fault in `result`. */
static int stream_decode(struct mtks_codec_run *run, struct decoder *decoder, struct input *input,
                         struct mtks_lzma_result *result, mtkscan_error *error)
{
    struct window *window = &decoder->window;
    while (window->position < window->size && result->fault == MTKS_LZMA_SOUND) {
        if (mtks_step(run->progress, "decoding ZIMAGE", window->position, window->size))
            return mtks_fail(error, MTKSCAN_INTERRUPTED, "stopped while decoding ZIMAGE");
        const uint64_t left = window->size - window->position;
        const uint64_t stop = window->position + (left < CHUNK ? left : CHUNK);
        result->fault = symbols_decode(decoder, stop);
        if (result->fault == MTKS_LZMA_SOUND && decoder->coder.in > decoder->guard &&
            !input_extend(input, decoder))
            result->fault = MTKS_LZMA_CUT;
    }
    if (result->fault == MTKS_LZMA_SOUND)
        result->fault = stream_end(decoder, input);
    const uint64_t taken = input->before + (uint64_t)(decoder->coder.in - input->begin);
    const uint64_t whole = input->before + (uint64_t)(input->end - input->begin);
    result->consumed = taken < whole ? taken : whole;
    result->produced = window->position;
    result->code = decoder->coder.code;
    return MTKSCAN_DONE;
}

/* The decoder before its first symbol, and the header's faults. */
static enum mtks_lzma_fault stream_begin(const uint8_t *bytes, uint64_t length,
                                         struct decoder *decoder, struct input *input)
{
    struct mtks_lzma_header header;
    if (!mtks_lzma_header_read(bytes, length, &header) || length < MTKS_LZMA_HEADER + CODER_HEAD ||
        bytes[MTKS_LZMA_HEADER] != 0)
        return MTKS_LZMA_NO_HEADER;
    if (header.size != decoder->window.size)
        return MTKS_LZMA_WRONG_SIZE;
    const uint8_t *code = bytes + MTKS_LZMA_HEADER + 1;
    decoder->coder = (struct coder){.range = UINT32_MAX,
                                    .code = (uint32_t)code[0] << 24 | (uint32_t)code[1] << 16 |
                                            (uint32_t)code[2] << 8 | code[3],
                                    .in = bytes + MTKS_LZMA_HEADER + CODER_HEAD};
    decoder->window.dictionary =
        header.dictionary > DICTIONARY_MIN ? header.dictionary : DICTIONARY_MIN;
    decoder->lc = header.lc;
    decoder->lp_mask = (1u << header.lp) - 1;
    decoder->pb_mask = (1u << header.pb) - 1;
    models_reset(decoder->models);
    *input = (struct input){.begin = bytes, .end = bytes + length, .tail = input->tail};
    if (length - (MTKS_LZMA_HEADER + CODER_HEAD) < SYMBOL_INPUT)
        input_extend(input, decoder);
    else
        decoder->guard = input->end - SYMBOL_INPUT;
    return MTKS_LZMA_SOUND;
}

int mtks_lzma_preset_decode(struct mtks_codec_run *run, const uint8_t *bytes, uint64_t length,
                            const struct mtks_lzma_preset *preset, uint8_t *output, uint64_t size,
                            struct mtks_lzma_result *result, mtkscan_error *error)
{
    memset(result, 0, sizeof *result);
    int outcome = mtks_codec_take_steps(run, size, error);
    if (outcome != MTKSCAN_DONE)
        return outcome;
    if (!run->lzma)
        run->lzma = mtks_arena_alloc(run->arena, sizeof *run->lzma);
    if (!run->lzma)
        return mtks_codec_no_memory(error);
    struct decoder decoder = {.models = &run->lzma->models,
                              .window = {.preset = preset->bytes,
                                         .preset_length = preset->length,
                                         .output = output,
                                         .size = size}};
    struct input input = {.tail = run->lzma->tail};
    result->fault = stream_begin(bytes, length, &decoder, &input);
    if (result->fault == MTKS_LZMA_SOUND)
        outcome = stream_decode(run, &decoder, &input, result, error);
    run->steps += size - result->produced;
    return outcome == MTKSCAN_DONE ? mtks_lzma_ended(result, error) : outcome;
}

struct mtks_lzma_walk {
    struct mtks_lzma_work work;
    struct decoder decoder;
    struct input input;
    bool whole;
};

struct mtks_lzma_walk *mtks_lzma_walk_new(struct mtks_arena *arena)
{
    return mtks_arena_alloc(arena, sizeof(struct mtks_lzma_walk));
}

enum mtks_lzma_fault mtks_lzma_walk_begin(struct mtks_lzma_walk *walk, const uint8_t *bytes,
                                          uint64_t length, const struct mtks_lzma_preset *preset,
                                          uint8_t *output, uint64_t size)
{
    walk->whole = false;
    walk->decoder = (struct decoder){.models = &walk->work.models,
                                     .window = {.preset = preset->bytes,
                                                .preset_length = preset->length,
                                                .output = output,
                                                .size = size}};
    walk->input = (struct input){.tail = walk->work.tail};
    return stream_begin(bytes, length, &walk->decoder, &walk->input);
}

uint64_t mtks_lzma_walk_input(const struct mtks_lzma_walk *walk)
{
    return walk->input.before + (uint64_t)(walk->decoder.coder.in - walk->input.begin);
}

uint64_t mtks_lzma_walk_output(const struct mtks_lzma_walk *walk)
{
    return walk->decoder.window.position;
}

bool mtks_lzma_walk_is_whole(const struct mtks_lzma_walk *walk)
{
    return walk->whole;
}

enum mtks_lzma_fault mtks_lzma_walk_to(struct mtks_lzma_walk *walk, uint64_t input, uint64_t output)
{
    struct decoder *decoder = &walk->decoder;
    const uint64_t size = decoder->window.size;
    const uint64_t stop = output < size ? output : size;
    while (decoder->window.position < stop) {
        const uint8_t *const guard = decoder->guard;
        const uint64_t length = (uint64_t)(walk->input.end - walk->input.begin);
        const bool hold = !walk->input.on_tail && input < length;
        if (hold && input < mtks_lzma_walk_input(walk) + SYMBOL_INPUT)
            return MTKS_LZMA_SOUND;
        const uint8_t *const before = hold ? walk->input.begin + input - SYMBOL_INPUT : guard;
        decoder->guard = before < guard ? before : guard;
        const enum mtks_lzma_fault fault = symbols_decode(decoder, stop);
        const bool ran_out = decoder->coder.in > guard;
        decoder->guard = guard;
        if (fault != MTKS_LZMA_SOUND)
            return fault;
        if (ran_out && decoder->window.position < stop && !input_extend(&walk->input, decoder))
            return MTKS_LZMA_CUT;
    }
    if (decoder->window.position < size || walk->whole)
        return MTKS_LZMA_SOUND;
    walk->whole = true;
    return stream_end(decoder, &walk->input);
}

void mtks_lzma_walk_copy(struct mtks_lzma_walk *to, const struct mtks_lzma_walk *from)
{
    *to = *from;
    to->decoder.models = &to->work.models;
    to->input.tail = to->work.tail;
    if (!from->input.on_tail)
        return;
    to->input.begin = to->work.tail;
    to->input.end = to->work.tail + (from->input.end - from->input.begin);
    to->decoder.guard = to->input.end;
    to->decoder.coder.in = to->work.tail + (from->decoder.coder.in - from->input.begin);
}
