using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using Xunit;

namespace CohereShell.Tests;

public sealed class JsonContextTests
{
    [Fact]
    public void Every_group_reads_and_writes_json_in_the_same_way()
    {
        JsonSerializerOptions[] all = typeof(CohereClient).Assembly.GetTypes()
            .Where(type => typeof(JsonSerializerContext).IsAssignableFrom(type))
            .Select(type => ((JsonSerializerContext)type.GetProperty("Default")!.GetValue(null)!).Options)
            .ToArray();

        Assert.True(all.Length > 10, "Each group has its own context.");
        Assert.All(all, options =>
        {
            Assert.Equal(JsonNamingPolicy.SnakeCaseLower, options.PropertyNamingPolicy);
            Assert.Equal(JsonIgnoreCondition.WhenWritingNull, options.DefaultIgnoreCondition);
            Assert.Equal([typeof(WholeNumberConverter), typeof(FractionConverter), typeof(AnswerConverters)], ConvertersIn(options));
            Assert.False(options.PropertyNameCaseInsensitive);
            Assert.Equal(JsonNumberHandling.Strict, options.NumberHandling);
        });
    }

    private static IEnumerable<Type> ConvertersIn(JsonSerializerOptions options) => options.Converters.Select(converter => converter.GetType());
}
