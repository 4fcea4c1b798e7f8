using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Xunit;

namespace CohereShell.Tests;

/// <summary>Answers of the real service, read by the client.</summary>
public sealed class RecordingsTests
{
    public static TheoryData<string> All => [.. RecordedExchange.Names];

    public static TheoryData<string, Pieces> Streams
    {
        get
        {
            var data = new TheoryData<string, Pieces>();
            foreach (string name in RecordedExchange.Names.Where(name => RecordedExchange.Load(name).Any(exchange => exchange.IsStream)))
            {
                data.Add(name, Pieces.Events);
                data.Add(name, Pieces.SevenBytes);
            }

            return data;
        }
    }

    [RecordedTheory]
    [MemberData(nameof(All))]
    public Task Everything_that_the_service_said_reaches_the_object(string name) => CheckAsync(name, Pieces.Whole);

    [RecordedTheory]
    [MemberData(nameof(Streams))]
    public Task A_stream_in_pieces_is_read_like_a_whole_one(string name, Pieces pieces) => CheckAsync(name, pieces);

    private static async Task CheckAsync(string name, Pieces pieces)
    {
        var missing = new List<string>();
        foreach (RecordedExchange exchange in RecordedExchange.Load(name))
        {
            missing.AddRange(await Replay.MissingAsync(exchange, pieces));
        }

        Assert.Empty(missing);
    }
}
