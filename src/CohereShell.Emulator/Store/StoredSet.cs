using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace CohereShell.Emulation;

/// <summary>All items of a kind, in the order of their creation; in files too, where they are to outlive the emulator.</summary>
internal sealed class StoredSet<T>
    where T : StoredItem
{
    private const string Extension = ".json";
    private const string CounterFile = "count";
    private readonly object _gate = new();
    private readonly SortedDictionary<long, T> _items = [];
    private readonly Dictionary<string, long> _places = new(StringComparer.Ordinal);
    private readonly string? _folder;
    private long _count;

    /// <summary>Takes up what an emulator before has left in the folder.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal StoredSet(string? folder)
    {
        _folder = folder;
        if (folder is not null)
        {
            Load(folder);
        }
    }

    /// <summary>Adds an item; it is made from its place in the order.</summary>
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

    /// <summary>Replaces an item; null when it is gone.</summary>
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

    /// <summary>Removes an item and gives it back; null when there is none.</summary>
    internal T? Remove(string id)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(id, out long place))
            {
                return null;
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

    /// <summary>The items at this moment, the oldest first.</summary>
    internal IReadOnlyList<T> All()
    {
        lock (_gate)
        {
            return [.. _items.Values];
        }
    }

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

    // Never half a file, and never none where there was one, whenever the process ends.
    private static void WriteWhole(string file, byte[] bytes)
    {
        string written = file + ".new";
        File.WriteAllBytes(written, bytes);
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
        new($"'{file}' is not what an emulator has written. Delete it to do without it.", error);
}
