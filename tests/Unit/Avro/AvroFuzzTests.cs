using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Xunit;
using Xunit.Abstractions;
using static CohereShell.Tests.Avro.AvroBytes;

namespace CohereShell.Tests.Avro;

public sealed class AvroFuzzTests
{
    private static readonly string[] Names = ["types-null", "types-deflate", "types-snappy", "embed-job-null", "embed-job-snappy", "job-deflate", "job-snappy", "logical", "recursive", "texts", "repeats-snappy"];
    private static readonly string[] Schemas =
    [
        "\"null\"",
        "\"string\"",
        """{"type":"array","items":"null"}""",
        """{"type":"array","items":"float"}""",
        """{"type":"map","values":["null","double"]}""",
        """{"type":"record","name":"R","fields":[{"name":"a","type":["null","R"]},{"name":"b","type":{"type":"array","items":"R"}}]}""",
        """{"type":"array","items":{"type":"record","name":"E","fields":[]}}""",
        """{"type":"bytes","logicalType":"decimal","precision":2000,"scale":1000}""",
        """{"type":"long","logicalType":"timestamp-micros"}""",
    ];

    private static readonly long[] Extremes = [0, 1, -1, 127, -128, 1 << 20, int.MaxValue, int.MinValue, 1L << 40, long.MaxValue, long.MinValue, long.MaxValue / 8, -1_000_000];
    private readonly ITestOutputHelper _output;

    public AvroFuzzTests(ITestOutputHelper output) => _output = output;

    /// <summary>For a longer run, AVRO_FUZZ sets the number of inputs.</summary>
    [Fact]
    public void Damaged_files_quickly_give_rows_or_an_AvroException()
    {
        int count = int.TryParse(Environment.GetEnvironmentVariable("AVRO_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out int wanted) ? wanted : 20_000;
        byte[][] files = Names.Select(name => AvroFileTests.Data(name + ".avro")).ToArray();
        long current = -1;
        long rows = 0;
        int refused = 0;
        long slowest = 0;
        long mostMemory = 0;
        Exception? other = null;
        var worker = new Thread(
            () =>
            {
                for (int i = 0; i < count && other is null; i++)
                {
                    byte[] input = Input(new Random(i), files);
                    Volatile.Write(ref current, i);
                    long start = Environment.TickCount64;
                    long memory = GC.GetAllocatedBytesForCurrentThread();
                    try
                    {
                        rows += ReadAll(input, isDefault: i % 100 == 0);
                    }
                    catch (AvroException)
                    {
                        refused++;
                    }
                    catch (Exception exception)
                    {
                        other = new InvalidOperationException($"Input {i}", exception);
                    }

                    slowest = Math.Max(slowest, Environment.TickCount64 - start);
                    mostMemory = Math.Max(mostMemory, GC.GetAllocatedBytesForCurrentThread() - memory);
                }
            },
            // A deep row must not need the stack of the main thread.
            256 * 1024)
        { IsBackground = true };
        worker.Start();
        long last = -1;
        while (!worker.Join(Hang.Limit))
        {
            long now = Volatile.Read(ref current);
            Assert.True(now != last, $"Input {now} does not end.");
            last = now;
        }

        _output.WriteLine($"{count} inputs, {refused} refused, {rows} rows; the slowest took {slowest} ms, the largest {mostMemory:N0} bytes.");
        Assert.Null(other);
        // The test would be useless if all inputs failed at their first byte.
        Assert.InRange(refused, count / 4, count);
        Assert.True(rows > count);
    }

    private static int ReadAll(byte[] input, bool isDefault)
    {
        // With the default limits, a malicious file can take half a second, which is too long for every input.
        var limits = isDefault ? AvroLimits.Default : new AvroLimits { BlockAllowance = 200_000, RowLength = 1_000_000, BlockLength = 1_000_000 };
        using AvroFile file = AvroFile.Open(new MemoryStream(input), limits);
        using var writer = new Utf8JsonWriter(Stream.Null);
        int rows = 0;
        for (; rows < 10_000 && file.Read(); rows++)
        {
            if (rows < 50)
            {
                writer.Reset();
                file.WriteTo(writer);
                writer.Flush();
                file.ToObject();
                file.ToElement();
            }
        }

        return rows;
    }

    private static byte[] Input(Random random, byte[][] files)
    {
        if (random.Next(50) == 0)
        {
            byte[] noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            return random.Next(2) == 0 ? noise : Join("Obj\u0001"u8.ToArray(), noise);
        }

        return random.Next(4) == 0 ? Structured(random) : Damaged(random, files[random.Next(files.Length)]);
    }

    private static byte[] Damaged(Random random, byte[] file)
    {
        var bytes = file.ToList();
        // Headers are half of these files, but half of the damage must be after them.
        int header = file.Length / 2;
        for (int left = random.Next(1, 5); left > 0 && bytes.Count > 0; left--)
        {
            int place = random.Next(2) == 0 ? random.Next(bytes.Count) : Math.Min(header + random.Next(header + 1), bytes.Count - 1);
            switch (random.Next(7))
            {
                case 0:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.RemoveRange(place, random.Next(bytes.Count - place));
                    break;
                case 3:
                    bytes.RemoveAt(place);
                    break;
                case 4:
                    bytes.Insert(place, (byte)random.Next(256));
                    break;
                case 5:
                    bytes.InsertRange(place, Long(Extremes[random.Next(Extremes.Length)]));
                    break;
                default:
                    List<byte> part = bytes.GetRange(place, random.Next(Math.Min(100, bytes.Count - place)));
                    bytes.InsertRange(random.Next(bytes.Count), part);
                    break;
            }
        }

        return bytes.ToArray();
    }

    // Everything before the rows is valid (markers, lengths, checksums), so that the error is in the rows.
    private static byte[] Structured(Random random, int blocks = 3)
    {
        string codec = new[] { "null", "deflate", "snappy" }[random.Next(3)];
        var parts = new List<byte[]> { Header(Schemas[random.Next(Schemas.Length)], codec) };
        for (int i = random.Next(1, blocks + 1); i > 0; i--)
        {
            var body = new List<byte[]>();
            for (int item = random.Next(12); item > 0; item--)
            {
                byte[] noise = new byte[random.Next(1, 30)];
                random.NextBytes(noise);
                body.Add(random.Next(4) switch
                {
                    0 => Long(Extremes[random.Next(Extremes.Length)]),
                    1 => noise,
                    2 => Enumerable.Repeat((byte)random.Next(5), random.Next(1000)).ToArray(),
                    _ => Long(random.Next(-20, 20)),
                });
            }

            byte[] rows = Join(body.ToArray());
            parts.Add(Block(
                random.Next(3) == 0 ? Extremes[random.Next(Extremes.Length)] : random.Next(1, 20),
                codec switch { "deflate" => Deflate(rows), "snappy" => Snappy(rows), _ => rows }));
        }

        return Join(parts.ToArray());
    }
}
