// What /predict computes: the mean of each row of 2,500 float32, and the standard deviation of the means.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

constexpr std::size_t columns = 2500;

// Takes a body in whole values, piece by piece. A body that is no whole number of rows is one row.
class Reduction {
public:
    explicit Reduction(std::size_t body_bytes) {
        std::size_t values = body_bytes / sizeof(float);
        row_ = values % columns == 0 ? columns : values;
    }

    void add(const char* bytes, std::size_t size) {
        std::size_t values = size / sizeof(float);
        while (values > 0) {
            std::size_t part = std::min(values, row_ - in_row_);
            total_ += sum(bytes, part);
            in_row_ += part;
            bytes += part * sizeof(float);
            values -= part;
            if (in_row_ == row_) end_row();
        }
    }

    float deviation() const { return static_cast<float>(std::sqrt(squares_ / rows_)); }

private:
    // Sixteen sums that do not wait for one another, for the compiler to make vectors of.
    static double sum(const char* bytes, std::size_t values) {
        double lanes[16] = {};
        std::size_t i = 0;
        for (; i + 16 <= values; i += 16) {
            float loaded[16];
            std::memcpy(loaded, bytes + i * sizeof(float), sizeof loaded);
            for (int lane = 0; lane < 16; ++lane) lanes[lane] += loaded[lane];
        }
        double total = 0;
        for (; i < values; ++i) {
            float loaded;
            std::memcpy(&loaded, bytes + i * sizeof(float), sizeof loaded);
            total += loaded;
        }
        for (double lane : lanes) total += lane;
        return total;
    }

    // Welford's way.
    void end_row() {
        double value = total_ / static_cast<double>(row_);
        rows_ += 1;
        double delta = value - mean_;
        mean_ += delta / rows_;
        squares_ += delta * (value - mean_);
        total_ = 0;
        in_row_ = 0;
    }

    std::size_t row_ = columns, in_row_ = 0;
    double total_ = 0, rows_ = 0, mean_ = 0, squares_ = 0;
};
