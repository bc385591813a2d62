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
    static double sum(const char* bytes, std::size_t values) {
        double total = 0;
        while (values > 0) {
            std::size_t part = std::min(values, columns);
            total += sum_of_few(bytes, part);
            bytes += part * sizeof(float);
            values -= part;
        }
        return total;
    }

    // Four vectors of sums that do not wait for one another. In float, which is twice as fast as in double, and for as few
    // values as these exact enough for the 1e-4 that is asked.
    static double sum_of_few(const char* bytes, std::size_t values) {
        using Vector [[gnu::vector_size(32)]] = float;
        constexpr std::size_t width = sizeof(Vector) / sizeof(float);
        Vector sums[4] = {};
        std::size_t i = 0;
        for (; i + 4 * width <= values; i += 4 * width) {
            for (std::size_t part = 0; part < 4; ++part) {
                Vector loaded;
                std::memcpy(&loaded, bytes + (i + part * width) * sizeof(float), sizeof loaded);
                sums[part] += loaded;
            }
        }
        double total = 0;
        for (; i < values; ++i) {
            float loaded;
            std::memcpy(&loaded, bytes + i * sizeof(float), sizeof loaded);
            total += loaded;
        }
        Vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
        for (std::size_t lane = 0; lane < width; ++lane) total += sum[lane];
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
