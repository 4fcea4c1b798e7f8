using System.Globalization;
using System.Text;

namespace CohereShell.Emulation;

/// <summary>
/// All items of a type, in the order of creation. If they should outlive the emulator, they are also saved to files.
/// </summary>
internal sealed class StoredSet<T>
    where T : StoredItem
{
    private const string Extension = ".json";
    private const string CounterFile = "count";
    private readonly object _gate = new();
    private readonly SortedDictionary<long, T> _items = [];
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);
    private readonly string? _folder;
    private readonly string _noun;
    private long _count;

    /// <summary>Loads the items that a previous emulator left in the folder.</summary>
    /// <param name="folder">The folder. Null if the items aren't saved.</param>
    /// <param name="noun">The term for an item in messages.</param>
    /// <exception cref="IOException">A file can't be read.</exception>
    internal StoredSet(string? folder, string noun)
    {
        _noun = noun;
        _folder = folder;
        if (folder is not null)
        {
            Load(folder);
        }
    }

    /// <summary>Adds an item. It's created from its sequence number.</summary>
    internal T Add(Func<long, T> make)
    {
        lock (_gate)
        {
            _count++;
            DateTime now = StoredItem.Now();
            T item = make(_count) with { Sequence = _count, CreatedAt = now, UpdatedAt = now };
            if (_folder is not null)
            {
                WriteWhole(Path.Combine(_folder, CounterFile), Encoding.ASCII.GetBytes(_count.ToString(CultureInfo.InvariantCulture)));
            }

            Put(item);
            return item;
        }
    }

    internal T? Find(string id)
    {
        lock (_gate)
        {
            return _places.TryGetValue(id, out long place) ? _items[place] : null;
        }
    }

    /// <exception cref="EmulatorException">404: the item doesn't exist.</exception>
    internal T Get(string id) => Find(id) ?? throw NotFound(id);

    /// <summary>Replaces an item on request of a client.</summary>
    /// <exception cref="EmulatorException">404: the item doesn't exist.</exception>
    internal T Change(string id, Func<T, T> change) => Update(id, change) ?? throw NotFound(id);

    /// <summary>Replaces an item. Returns null if it doesn't exist any more.</summary>
    internal T? Update(string id, Func<T, T> change)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(id, out long place))
            {
                return null;
            }

            T before = _items[place];
            T after = change(before);
            if (!ReferenceEquals(before, after))
            {
                after = after with { UpdatedAt = StoredItem.Now() };
                Put(after);
            }

            return after;
        }
    }

    /// <summary>Removes an item and returns it.</summary>
    /// <exception cref="EmulatorException">404: the item doesn't exist.</exception>
    internal T Remove(string id)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(id, out long place))
            {
                throw NotFound(id);
            }

            T item = _items[place];
            _items.Remove(place);
            _places.Remove(id);
            if (_folder is not null)
            {
                File.Delete(FileOf(_folder, id));
            }

            return item;
        }
    }

    /// <summary>The current items, oldest first.</summary>
    internal IReadOnlyList<T> All()
    {
        lock (_gate)
        {
            return [.. _items.Values];
        }
    }

    /// <summary>The items in the order of the request: <c>created_at desc</c>.</summary>
    internal IReadOnlyList<T> Ordered(EmulatorRequest request, params string[] fields)
    {
        (string field, bool isDescending) = PageToken.Order(request, fields);
        IReadOnlyList<T> items = All();
        IEnumerable<T> ordered = field == "updated_at" ? items.OrderBy(item => item.UpdatedAt).ThenBy(item => item.Sequence) : items;
        return isDescending ? ordered.Reverse().ToArray() : ordered.ToArray();
    }

    private EmulatorException NotFound(string id) => new(404, $"{_noun} with id {id} not found");

    private static string FileOf(string folder, string id) => Path.Combine(folder, id + Extension);

    private void Put(T item)
    {
        _items[item.Sequence] = item;
        _places[item.Id] = item.Sequence;
        if (_folder is null)
        {
            return;
        }

        WriteWhole(FileOf(_folder, item.Id), JsonSerializer.SerializeToUtf8Bytes(item));
    }

    // The file is complete at any time, even if the process is killed. A file that existed isn't missing in between.
    private static void WriteWhole(string file, byte[] bytes)
    {
        string written = file + ".new";
        try
        {
            File.WriteAllBytes(written, bytes);
        }
        catch (IOException)
        {
            // The disk is full. A part of a file would only take space.
            File.Delete(written);
            throw;
        }

#if NET
        File.Move(written, file, overwrite: true);
#else
        if (File.Exists(file))
        {
            File.Replace(written, file, null);
        }
        else
        {
            File.Move(written, file);
        }
#endif
    }

    private void Load(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (T item in Directory.EnumerateFiles(folder, "*" + Extension).Select(Read))
        {
            _items[item.Sequence] = item;
            _places[item.Id] = item.Sequence;
        }

        string counter = Path.Combine(folder, CounterFile);
        bool isCounted = long.TryParse(File.Exists(counter) ? File.ReadAllText(counter) : "0", NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        _count = isCounted ? Math.Max(count, _items.Count > 0 ? _items.Keys.Last() : 0) : throw NotReadable(counter, null);
    }

    private static T Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllBytes(file)) ?? throw NotReadable(file, null);
        }
        catch (JsonException error)
        {
            throw NotReadable(file, error);
        }
    }

    private static IOException NotReadable(string file, Exception? error) =>
        new($"The file '{file}' isn't valid emulator data. To continue without it, delete it.", error);
}
